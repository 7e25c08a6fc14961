-- name: MessageInsert :exec
INSERT INTO messages (id, chat_id, position, sender_type, sender_id, content, thinking, action, drawer, status, reply_to, sources, created_at, completed_at, proposal_id)
VALUES (@id, @chat_id, @position, @sender_type, @sender_id, @content, @thinking, @action, @drawer, @status, @reply_to, @sources, @created_at, @completed_at,
    sqlc.narg(proposal_id));

-- name: MessageInsertSaid :exec
INSERT INTO messages (id, chat_id, position, sender_type, sender_id, content, status, created_at, completed_at, ai_decision)
VALUES (@id, @chat_id, @position, 'user', @sender_id, @content, 'completed', @created_at, @created_at, @ai_decision);

-- name: ReplyInsert :one
-- Replies of a chat are made one at a time: a reply waits for its turn while another is open, and is to be queued at once
-- otherwise. One that is queued has until its grace ends to be claimed; one that waits has no such limit. The chat is
-- locked before, by a statement of its own.
INSERT INTO messages (id, chat_id, position, sender_type, content, status, reply_to, replaces, created_at, lease_until)
SELECT @id, @chat_id, @position, 'ai', '', 'pending', @reply_to, @replaces, @created_at,
    CASE WHEN NOT EXISTS (SELECT 1 FROM messages other WHERE other.chat_id = @chat_id AND other.status IN ('pending', 'streaming'))
        THEN clock_timestamp() + @grace::interval END
RETURNING (lease_until IS NOT NULL)::boolean AS to_queue;

-- name: MessageGetForMember :one
SELECT sqlc.embed(messages), users.name AS sender_name,
    message_feedback.rating, message_feedback.comment, message_feedback.at AS feedback_at
FROM messages
JOIN chat_members ON chat_members.chat_id = messages.chat_id AND chat_members.user_id = @user_id
LEFT JOIN users ON users.id = messages.sender_id
LEFT JOIN message_feedback ON message_feedback.message_id = messages.id AND message_feedback.user_id = @user_id
WHERE messages.id = @id AND messages.chat_id = @chat_id;

-- name: MessageListBefore :many
SELECT sqlc.embed(messages), users.name AS sender_name,
    message_feedback.rating, message_feedback.comment, message_feedback.at AS feedback_at
FROM messages
LEFT JOIN users ON users.id = messages.sender_id
LEFT JOIN message_feedback ON message_feedback.message_id = messages.id AND message_feedback.user_id = @user_id
WHERE messages.chat_id = @chat_id AND messages.position < @before_position AND NOT messages.replaced
ORDER BY messages.position DESC
LIMIT @row_limit;

-- name: MessageLastOfChats :many
SELECT sqlc.embed(messages), users.name AS sender_name,
    message_feedback.rating, message_feedback.comment, message_feedback.at AS feedback_at
FROM chats
JOIN messages ON messages.id = (SELECT newest.id FROM messages newest WHERE newest.chat_id = chats.id AND NOT newest.replaced
    ORDER BY newest.position DESC LIMIT 1)
LEFT JOIN users ON users.id = messages.sender_id
LEFT JOIN message_feedback ON message_feedback.message_id = messages.id AND message_feedback.user_id = @user_id
WHERE chats.id = ANY(@chat_ids::uuid[])
ORDER BY messages.chat_id;

-- name: MessageVersionList :many
-- What each message took the place of: replaced replies, and former texts of edited messages. Oldest first.
WITH RECURSIVE earlier AS (
    SELECT messages.id AS current_id, replaced.id, replaced.replaces, replaced.content, replaced.completed_at AS at, 1 AS depth
    FROM messages JOIN messages replaced ON replaced.id = messages.replaces
    WHERE messages.id = ANY(@ids::uuid[])
    UNION ALL
    SELECT earlier.current_id, replaced.id, replaced.replaces, replaced.content, replaced.completed_at, earlier.depth + 1
    FROM earlier JOIN messages replaced ON replaced.id = earlier.replaces
)
SELECT earlier.current_id, earlier.id AS message_id, earlier.content, earlier.at::timestamptz AS at, -earlier.depth AS ordinal FROM earlier
UNION ALL
SELECT message_versions.message_id, message_versions.message_id, message_versions.content, message_versions.at, message_versions.ordinal
FROM message_versions WHERE message_versions.message_id = ANY(@ids::uuid[])
ORDER BY current_id, ordinal;

-- name: MessageVersionInsert :exec
INSERT INTO message_versions (message_id, ordinal, content, at)
SELECT @message_id, count(*) + 1, @content, @at FROM message_versions earlier WHERE earlier.message_id = @message_id;

-- name: MessageEdit :exec
UPDATE messages SET content = @content, edited = true, ai_decision = @ai_decision WHERE id = @id;

-- name: MessageHistory :many
-- What this person said before, oldest first.
SELECT content FROM (
    SELECT content, position FROM messages
    WHERE chat_id = @chat_id AND sender_id = @sender_id AND position < @before_position
    ORDER BY position DESC
    LIMIT @row_limit
) latest
ORDER BY position;

-- name: MessageNewestSaid :one
SELECT * FROM messages WHERE chat_id = @chat_id AND sender_type = 'user' ORDER BY position DESC LIMIT 1;

-- name: MessageGet :one
SELECT * FROM messages WHERE id = @id AND chat_id = @chat_id;

-- name: MessageReplyTo :one
-- The reply that stands in the lists for a message.
SELECT * FROM messages WHERE reply_to = @message_id AND NOT replaced ORDER BY position DESC LIMIT 1;

-- name: MessageSetReplaced :exec
UPDATE messages SET replaced = true WHERE id = @id;

-- name: FeedbackUpsert :one
INSERT INTO message_feedback (message_id, user_id, rating, comment, at) VALUES (@message_id, @user_id, @rating, @comment, @at)
ON CONFLICT (message_id, user_id) DO UPDATE SET rating = excluded.rating, comment = excluded.comment, at = excluded.at
RETURNING *;
