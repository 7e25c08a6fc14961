-- name: InviteInsert :exec
INSERT INTO group_invites (id, chat_id, email, email_key, role, max_uses, invited_by, created_at, expires_at)
VALUES (@id, @chat_id, @email, @email_key, @role, @max_uses, @invited_by, @created_at, @expires_at);

-- name: InviteTokenInsert :exec
INSERT INTO group_invite_tokens (token_hash, invite_id) VALUES (@token_hash, @invite_id);

-- name: InviteListOpen :many
-- Who is invited by address and has not come yet.
SELECT * FROM group_invites
WHERE chat_id = ANY(@chat_ids::uuid[]) AND email IS NOT NULL AND revoked_at IS NULL AND uses = 0 AND expires_at > @now
ORDER BY created_at, email_key;

-- name: InviteList :many
SELECT * FROM group_invites
WHERE chat_id = @chat_id AND (created_at, id) < (@before_created_at::timestamptz, @before_id::uuid)
ORDER BY created_at DESC, id DESC
LIMIT @row_limit;

-- name: InviteGet :one
SELECT * FROM group_invites WHERE id = @id AND chat_id = @chat_id;

-- name: InviteCountOpen :one
SELECT count(*) FROM group_invites WHERE chat_id = @chat_id AND revoked_at IS NULL AND uses < max_uses AND expires_at > @now;

-- name: InviteRevoke :execrows
-- A second time changes nothing.
UPDATE group_invites SET revoked_at = COALESCE(revoked_at, @now) WHERE id = @id AND chat_id = @chat_id;

-- name: InviteRevokeAddress :exec
-- What was sent to an address before, expired or not: a new invitation takes its place.
UPDATE group_invites SET revoked_at = @now WHERE chat_id = @chat_id AND email_key = @email_key AND revoked_at IS NULL AND uses = 0;

-- name: InviteRevokeOf :exec
-- Who has left or may not invite any more shall not let others in, or themselves under another name or role.
UPDATE group_invites SET revoked_at = @now
WHERE chat_id = @chat_id AND invited_by = @user_id AND revoked_at IS NULL AND uses < max_uses;

-- name: InviteFind :one
SELECT group_invites.id, group_invites.chat_id
FROM group_invite_tokens JOIN group_invites ON group_invites.id = group_invite_tokens.invite_id
WHERE group_invite_tokens.token_hash = @token_hash;

-- name: InviteTake :one
-- One use of an invitation, by somebody it lets in. All that can stand against it is asked here, so that no refusal takes
-- longer than another.
UPDATE group_invites SET uses = uses + 1
WHERE group_invites.id = @id AND revoked_at IS NULL AND expires_at > @now AND uses < max_uses
    AND (email_key IS NULL OR email_key = @email_key)
    AND NOT EXISTS (SELECT 1 FROM deleted_groups WHERE deleted_groups.chat_id = group_invites.chat_id)
    AND NOT EXISTS (SELECT 1 FROM chat_members WHERE chat_members.chat_id = group_invites.chat_id AND chat_members.user_id = @user_id)
    AND NOT EXISTS (SELECT 1 FROM group_removals WHERE group_removals.chat_id = group_invites.chat_id
        AND group_removals.user_id = @user_id AND group_removals.removed_at >= group_invites.created_at)
RETURNING *;

-- name: InviteMailable :one
-- Whether a mail about the invitation still makes sense.
SELECT EXISTS (SELECT 1 FROM group_invites WHERE id = @id AND revoked_at IS NULL AND expires_at > @now AND uses < max_uses
    AND NOT EXISTS (SELECT 1 FROM deleted_groups WHERE deleted_groups.chat_id = group_invites.chat_id));
