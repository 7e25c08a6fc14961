package httpapi

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/proposals"
)

// GetProposal implements the operation getProposal.
func (s *Server) GetProposal(ctx context.Context, request api.GetProposalRequestObject) (api.GetProposalResponseObject, error) {
	proposal, err := s.Proposals.Get(ctx, auth.UserID(ctx), request.ProposalID)
	if err != nil {
		return nil, err
	}
	return api.GetProposal200JSONResponse(toAPIProposal(proposal)), nil
}

// ConfirmProposal implements the operation confirmProposal.
func (s *Server) ConfirmProposal(ctx context.Context, request api.ConfirmProposalRequestObject) (api.ConfirmProposalResponseObject, error) {
	proposal, err := s.Proposals.Confirm(ctx, auth.UserID(ctx), request.ProposalID)
	if err != nil {
		return nil, err
	}
	return api.ConfirmProposal200JSONResponse{
		Body: toAPIProposal(proposal), Headers: api.ConfirmProposal200ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// DismissProposal implements the operation dismissProposal.
func (s *Server) DismissProposal(ctx context.Context, request api.DismissProposalRequestObject) (api.DismissProposalResponseObject, error) {
	proposal, err := s.Proposals.Dismiss(ctx, auth.UserID(ctx), request.ProposalID)
	if err != nil {
		return nil, err
	}
	return api.DismissProposal200JSONResponse{
		Body: toAPIProposal(proposal), Headers: api.DismissProposal200ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// UndoProposal implements the operation undoProposal.
func (s *Server) UndoProposal(ctx context.Context, request api.UndoProposalRequestObject) (api.UndoProposalResponseObject, error) {
	proposal, err := s.Proposals.Undo(ctx, auth.UserID(ctx), request.ProposalID)
	if err != nil {
		return nil, err
	}
	return api.UndoProposal200JSONResponse{
		Body: toAPIProposal(proposal), Headers: api.UndoProposal200ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

func toAPIProposal(p proposals.Proposal) api.Proposal {
	proposal := api.Proposal{
		ID: p.ID, ChatID: p.ChatID, MessageID: p.MessageID, Kind: api.Action(p.Kind), Status: api.ProposalStatus(p.Status),
		DrawerData: toAPIDrawer(p.Drawer), CreatedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt, DecidedBy: orNull(p.DecidedBy),
		DecidedAt: orNull(p.DecidedAt), UndoableUntil: orNull(p.UndoableUntil), Written: nullable.NewNullNullable[api.ProposalWritten](),
	}
	if p.Written != nil {
		proposal.Written.Set(api.ProposalWritten{Type: api.ProposalWrittenType(p.Written.Type), ID: p.Written.ID})
	}
	return proposal
}
