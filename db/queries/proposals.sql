-- name: ProposalInsert :exec
INSERT INTO proposals (id, chat_id, message_id, asker_id, kind, payload, created_at, expires_at)
VALUES (@id, @chat_id, @message_id, @asker_id, @kind, @payload, @created_at, @expires_at);

-- name: ProposalGetForMember :one
SELECT sqlc.embed(proposals), messages.drawer, messages.replaced
FROM proposals
JOIN messages ON messages.id = proposals.message_id
JOIN chat_members ON chat_members.chat_id = proposals.chat_id AND chat_members.user_id = @user_id
WHERE proposals.id = @id;

-- name: ProposalLockForMember :one
-- Whoever decides holds the row until the decision commits, so that two people cannot decide differently.
SELECT sqlc.embed(proposals), messages.drawer, messages.replaced,
    ARRAY(SELECT others.user_id FROM chat_members others WHERE others.chat_id = proposals.chat_id)::uuid[] AS member_ids
FROM proposals
JOIN messages ON messages.id = proposals.message_id
JOIN chat_members ON chat_members.chat_id = proposals.chat_id AND chat_members.user_id = @user_id
WHERE proposals.id = @id
FOR NO KEY UPDATE OF proposals;

-- name: ProposalDecide :exec
UPDATE proposals SET status = @status, decided_by = @decided_by, decided_at = @decided_at, result = @result WHERE id = @id;

-- name: ProposalTouchChat :exec
UPDATE chats SET updated_at = @updated_at WHERE id = @chat_id;
