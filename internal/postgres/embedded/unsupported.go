//go:build !linux && !darwin

package embedded

import "context"

// Cluster does not exist on this operating system; Start says so.
type Cluster struct{}

// Start refuses with ErrPlatformUnsupported.
func Start(context.Context, Options) (*Cluster, error) { return nil, ErrPlatformUnsupported }

// URL is empty here.
func (*Cluster) URL() string { return "" }

// AdminURL is empty here.
func (*Cluster) AdminURL() string { return "" }

// DataDir is empty here.
func (*Cluster) DataDir() string { return "" }

// Notice is empty here.
func (*Cluster) Notice() string { return "" }

// ServerVersion is empty here.
func (*Cluster) ServerVersion() string { return "" }

// Done never closes here.
func (*Cluster) Done() <-chan struct{} { return nil }

// Err is nil here.
func (*Cluster) Err() error { return nil }

// Stop does nothing here.
func (*Cluster) Stop(context.Context) error { return nil }
