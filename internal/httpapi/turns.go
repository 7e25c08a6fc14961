package httpapi

import (
	"context"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/chat"
)

func replyRef(ctx context.Context, chatID, messageID uuid.UUID) chat.ReplyRef {
	return chat.ReplyRef{UserID: auth.UserID(ctx), ChatID: chatID, ReplyID: messageID}
}

// StopReply implements the operation stopReply.
func (s *Server) StopReply(ctx context.Context, request api.StopReplyRequestObject) (api.StopReplyResponseObject, error) {
	message, err := s.Chat.Stop(ctx, replyRef(ctx, request.ChatID, request.MessageID))
	if err != nil {
		return nil, err
	}
	return api.StopReply200JSONResponse(toAPIMessage(message)), nil
}

// RegenerateReply implements the operation regenerateReply.
func (s *Server) RegenerateReply(ctx context.Context, request api.RegenerateReplyRequestObject) (api.RegenerateReplyResponseObject, error) {
	reply, err := s.Chat.Regenerate(ctx, replyRef(ctx, request.ChatID, request.MessageID), s.patience(request.Params.Prefer))
	if err != nil {
		return nil, err
	}
	if reply.Open() {
		return api.RegenerateReply202JSONResponse{
			Body:    toAPIMessage(reply),
			Headers: api.RegenerateReply202ResponseHeaders{Location: messagePath(reply.ChatID, reply.ID), IdempotencyReplayed: replayed(ctx)},
		}, nil
	}
	return api.RegenerateReply201JSONResponse{
		Body: toAPIMessage(reply), Headers: api.RegenerateReply201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// EditMessage implements the operation editMessage.
func (s *Server) EditMessage(ctx context.Context, request api.EditMessageRequestObject) (api.EditMessageResponseObject, error) {
	turn, err := s.Chat.Edit(ctx, chat.EditParams{
		UserID: auth.UserID(ctx), ChatID: request.ChatID, MessageID: request.MessageID, Content: request.Body.Content,
		Wait: s.patience(request.Params.Prefer),
	})
	if err != nil {
		return nil, err
	}
	if turn.AIMessage != nil && turn.AIMessage.Open() {
		location := messagePath(turn.AIMessage.ChatID, turn.AIMessage.ID)
		return api.EditMessage202JSONResponse{Body: toAPITurn(turn), Headers: api.EditMessage202ResponseHeaders{Location: location}}, nil
	}
	return api.EditMessage200JSONResponse(toAPITurn(turn)), nil
}

// SetFeedback implements the operation setFeedback.
func (s *Server) SetFeedback(ctx context.Context, request api.SetFeedbackRequestObject) (api.SetFeedbackResponseObject, error) {
	ref := replyRef(ctx, request.ChatID, request.MessageID)
	feedback, err := s.Chat.SetFeedback(ctx, ref, string(request.Body.Rating), orNone(request.Body.Comment))
	if err != nil {
		return nil, err
	}
	return api.SetFeedback200JSONResponse(toAPIFeedback(feedback)), nil
}

// MarkRead implements the operation markRead.
func (s *Server) MarkRead(ctx context.Context, request api.MarkReadRequestObject) (api.MarkReadResponseObject, error) {
	state, err := s.Chat.MarkRead(ctx, auth.UserID(ctx), request.ChatID, request.Body.Position)
	if err != nil {
		return nil, err
	}
	return api.MarkRead200JSONResponse{Position: state.Position, UnreadCount: state.Unread}, nil
}

// orNone makes a pointer of an optional nullable: absent and null are both nil.
func orNone[T any](value nullable.Nullable[T]) *T {
	got, err := value.Get()
	if err != nil {
		return nil
	}
	return &got
}
