package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/chat"
)

// ListChats implements the operation listChats.
func (s *Server) ListChats(ctx context.Context, request api.ListChatsRequestObject) (api.ListChatsResponseObject, error) {
	after, err := fromAPICursor[chat.ListCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Chat.List(ctx, chat.ListParams{
		UserID: auth.UserID(ctx), Query: orEmpty(request.Params.Q), Limit: limitOf(request.Params.Limit), After: after,
	})
	if err != nil {
		return nil, err
	}
	return api.ListChats200JSONResponse{Items: mapSlice(page.Items, toAPIChat), NextCursor: toAPICursor(page.Next)}, nil
}

// CreateChat implements the operation createChat.
func (s *Server) CreateChat(ctx context.Context, request api.CreateChatRequestObject) (api.CreateChatResponseObject, error) {
	created, err := s.Chat.Create(ctx, auth.UserID(ctx), request.Body.Title)
	if err != nil {
		return nil, err
	}
	return api.CreateChat201JSONResponse{
		Body: toAPIChat(created), Headers: api.CreateChat201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// GetChat implements the operation getChat.
func (s *Server) GetChat(ctx context.Context, request api.GetChatRequestObject) (api.GetChatResponseObject, error) {
	detail, err := s.Chat.Get(ctx, auth.UserID(ctx), request.ChatID)
	if err != nil {
		return nil, err
	}
	body := toAPIChatDetail(detail)
	tag := versionTag(detail.Version, body)
	if isUnchanged(request.Params.IfNoneMatch, tag) {
		return api.GetChat304Response{Headers: api.GetChat304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetChat200JSONResponse{Body: body, Headers: api.GetChat200ResponseHeaders{ETag: tag}}, nil
}

// UpdateChat implements the operation updateChat.
func (s *Server) UpdateChat(ctx context.Context, request api.UpdateChatRequestObject) (api.UpdateChatResponseObject, error) {
	changed, err := s.Chat.Update(ctx, chat.UpdateParams{
		UserID: auth.UserID(ctx), ChatID: request.ChatID, Title: request.Body.Title, AIPolicy: (*string)(request.Body.AIPolicy),
		Accepts: ifMatch(request.Params.IfMatch),
	})
	if err != nil {
		return nil, err
	}
	body := toAPIChat(changed)
	return api.UpdateChat200JSONResponse{
		Body: body, Headers: api.UpdateChat200ResponseHeaders{ETag: versionTag(changed.Version, body)},
	}, nil
}

// DeleteChat implements the operation deleteChat.
func (s *Server) DeleteChat(ctx context.Context, request api.DeleteChatRequestObject) (api.DeleteChatResponseObject, error) {
	if err := s.Chat.Delete(ctx, auth.UserID(ctx), request.ChatID); err != nil {
		return nil, err
	}
	return api.DeleteChat204Response{}, nil
}

// ListMessages implements the operation listMessages.
func (s *Server) ListMessages(ctx context.Context, request api.ListMessagesRequestObject) (api.ListMessagesResponseObject, error) {
	before, err := fromAPICursor[chat.MessageCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Chat.Messages(ctx, chat.MessagesParams{
		UserID: auth.UserID(ctx), ChatID: request.ChatID, Limit: limitOf(request.Params.Limit), Before: before,
	})
	if err != nil {
		return nil, err
	}
	return api.ListMessages200JSONResponse{Items: mapSlice(page.Items, toAPIMessage), NextCursor: toAPICursor(page.Next)}, nil
}

// GetMessage implements the operation getMessage.
func (s *Server) GetMessage(ctx context.Context, request api.GetMessageRequestObject) (api.GetMessageResponseObject, error) {
	message, err := s.Chat.Message(ctx, auth.UserID(ctx), request.ChatID, request.MessageID)
	if err != nil {
		return nil, err
	}
	return api.GetMessage200JSONResponse(toAPIMessage(message)), nil
}

// SendMessage implements the operation sendMessage.
func (s *Server) SendMessage(ctx context.Context, request api.SendMessageRequestObject) (api.SendMessageResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	turn, err := s.Chat.Send(ctx, chat.SendParams{
		UserID: principal.User.ID, UserName: principal.User.Name, ChatID: request.ChatID, Content: request.Body.Content,
		Wait: s.patience(request.Params.Prefer),
	})
	if err != nil {
		return nil, err
	}
	if turn.AIMessage != nil && turn.AIMessage.Open() {
		return api.SendMessage202JSONResponse{
			Body: toAPITurn(turn),
			Headers: api.SendMessage202ResponseHeaders{
				Location: messagePath(turn.AIMessage.ChatID, turn.AIMessage.ID), IdempotencyReplayed: replayed(ctx),
			},
		}, nil
	}
	return api.SendMessage201JSONResponse{
		Body: toAPITurn(turn), Headers: api.SendMessage201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}
