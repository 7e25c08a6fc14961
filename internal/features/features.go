// Package features says of each integration whether it is mock or live, and how it is.
package features

import (
	"slices"
	"sync"
	"time"

	"github.com/lattice-money/lattice/internal/clock"
)

// Modes and health of an integration.
const (
	ModeMock = "mock"
	ModeLive = "live"

	HealthOK       = "ok"
	HealthDegraded = "degraded" // the last call failed
	HealthDown     = "down"     // so did those before it
)

// downAfter is how many calls have to fail one after another before an integration is down.
const downAfter = 3

// Integration is one vendor as this process uses it. Since is when mode and health became what they are.
type Integration struct {
	Name   string
	Mode   string
	Health string
	Since  time.Time
}

// Service remembers the integrations of this process. It is safe for concurrent use.
type Service struct {
	clock     clock.Clock
	providers []string

	mu           sync.Mutex
	integrations []Integration
	failures     map[string]int // in a row
}

// New takes the integrations by name in the order they are shown, with the mode of each, and who may word a reply.
func New(clk clock.Clock, names []string, modes map[string]string, providers []string) *Service {
	service := &Service{clock: clk, providers: providers, failures: map[string]int{}}
	for _, name := range names {
		service.integrations = append(service.integrations, Integration{Name: name, Mode: modes[name], Health: HealthOK, Since: clk.Now()})
	}
	return service
}

// List returns the integrations and the providers that word replies, in the order they are asked.
func (s *Service) List() (integrations []Integration, providers []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.integrations), slices.Clone(s.providers)
}

// Report takes how a call to an integration ended, nil for well. One that is not known is nobody's.
func (s *Service) Report(name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.integrations, func(i Integration) bool { return i.Name == name })
	if at < 0 {
		return
	}
	if err == nil {
		s.failures[name] = 0
	} else {
		s.failures[name]++
	}
	health := HealthOK
	switch {
	case s.failures[name] >= downAfter:
		health = HealthDown
	case s.failures[name] > 0:
		health = HealthDegraded
	}
	if s.integrations[at].Health != health {
		s.integrations[at].Health, s.integrations[at].Since = health, s.clock.Now()
	}
}
