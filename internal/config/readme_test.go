package config

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The README's table is what people read first: every setting in the struct's order, with its default.
func TestReadme_TablesEverySettingWithItsDefault(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	row := regexp.MustCompile("(?m)^\\| `([A-Z][A-Z0-9_]*)` \\| (?:`([^`]*)` )?\\| .")
	var listed, want [][2]string
	for _, match := range row.FindAllStringSubmatch(string(content), -1) {
		if isKnown(match[1]) && len(listed) < len(settings) { // other tables name settings too
			listed = append(listed, [2]string{match[1], match[2]})
		}
	}
	for _, s := range settings {
		want = append(want, [2]string{s.key, s.fallback})
	}
	require.Equal(t, want, listed)
}
