package intent

// Mentioned reports whether the co-pilot is addressed by name: @lattice.
func Mentioned(text string) bool { return mention.MatchString(text) }
