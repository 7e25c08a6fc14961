// Package features says of each integration whether it is mock or live, and how it is.
package features

import (
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/clock"
)

// Modes and health of an integration.
const (
	ModeMock = "mock"
	ModeLive = "live"

	HealthOK       = "ok"
	HealthDegraded = "degraded"
	HealthDown     = "down"
)

// Integration is one vendor as this process uses it. Since is when mode and health became what they are.
type Integration struct {
	Name   string
	Mode   string
	Health string
	Since  time.Time
}

// Service remembers the integrations of this process.
type Service struct {
	integrations []Integration
	providers    []string
}

// New takes the integrations by name in the order they are shown, with the mode of each, and who may word a reply.
func New(clk clock.Clock, names []string, modes map[string]string, providers []string) *Service {
	service := &Service{providers: providers}
	for _, name := range names {
		service.integrations = append(service.integrations, Integration{Name: name, Mode: modes[name], Health: HealthOK, Since: clk.Now()})
	}
	return service
}

// List returns the integrations and the providers that word replies, in the order they are asked.
func (s *Service) List() (integrations []Integration, providers []string) {
	return slices.Clone(s.integrations), slices.Clone(s.providers)
}
