package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
)

// health is the answer of getHealth. It is converted and not filled in, so that a property which the contract gains does
// not compile until somebody has said what it is.
type health struct {
	Status  api.HealthStatus
	Version string
}

// GetHealth implements the operation getHealth.
func (s *Server) GetHealth(context.Context, api.GetHealthRequestObject) (api.GetHealthResponseObject, error) {
	return api.GetHealth200JSONResponse(health{Status: api.HealthStatusOk, Version: s.Version}), nil
}

// GetReadiness implements the operation getReadiness.
func (s *Server) GetReadiness(ctx context.Context, _ api.GetReadinessRequestObject) (api.GetReadinessResponseObject, error) {
	if s.draining.Load() {
		return nil, apperr.New(apperr.CodeUnavailable, "The service is stopping.")
	}
	answer := api.GetReadiness200JSONResponse{Status: api.ReadinessStatusReady}
	for _, check := range s.Checks {
		if err := check.OK(ctx); err != nil {
			return nil, apperr.Wrap(err, apperr.CodeUnavailable, "The service is not ready: "+check.Name+".")
		}
		answer.Checks = append(answer.Checks, api.ReadinessCheck{Name: check.Name, Ok: true})
	}
	return answer, nil
}

// GetFeatures implements the operation getFeatures.
func (s *Server) GetFeatures(context.Context, api.GetFeaturesRequestObject) (api.GetFeaturesResponseObject, error) {
	return api.GetFeatures200JSONResponse(toAPIFeatures(s.Features.List())), nil
}
