-- name: MessageInsert :exec
INSERT INTO messages (id, chat_id, position, sender_type, sender_id, content, thinking, action, drawer, status, reply_to, sources, created_at, completed_at)
VALUES (@id, @chat_id, @position, @sender_type, @sender_id, @content, @thinking, @action, @drawer, @status, @reply_to, @sources, @created_at, @completed_at);

-- name: MessageGetForMember :one
SELECT sqlc.embed(messages), users.name AS sender_name
FROM messages
JOIN chat_members ON chat_members.chat_id = messages.chat_id AND chat_members.user_id = @user_id
LEFT JOIN users ON users.id = messages.sender_id
WHERE messages.id = @id AND messages.chat_id = @chat_id;

-- name: MessageListBefore :many
SELECT sqlc.embed(messages), users.name AS sender_name
FROM messages LEFT JOIN users ON users.id = messages.sender_id
WHERE messages.chat_id = @chat_id AND messages.position < @before_position
ORDER BY messages.position DESC
LIMIT @row_limit;

-- name: MessageLastOfChats :many
SELECT sqlc.embed(messages), users.name AS sender_name
FROM chats
JOIN messages ON messages.chat_id = chats.id AND messages.position = chats.last_position
LEFT JOIN users ON users.id = messages.sender_id
WHERE chats.id = ANY(@chat_ids::uuid[])
ORDER BY messages.chat_id;

-- name: ReplyHasOpen :one
SELECT EXISTS (SELECT 1 FROM messages WHERE chat_id = @chat_id AND status IN ('pending', 'streaming'));

-- name: ReplyNextOpen :one
SELECT id FROM messages WHERE chat_id = @chat_id AND status IN ('pending', 'streaming') ORDER BY position LIMIT 1;

-- name: ReplyClaim :one
-- Takes the reply for this attempt: only if it is open, first in its chat, and no living attempt holds it. Each claim
-- raises the fence, so that whatever an earlier attempt still tries to write is refused.
UPDATE messages SET status = 'streaming', fence = messages.fence + 1, lease_until = clock_timestamp() + @lease::interval
WHERE messages.id = @id
    AND (messages.status = 'pending' OR (messages.status = 'streaming' AND messages.lease_until < clock_timestamp()))
    AND NOT EXISTS (SELECT 1 FROM messages earlier WHERE earlier.chat_id = messages.chat_id
        AND earlier.position < messages.position AND earlier.status IN ('pending', 'streaming'))
RETURNING *;

-- name: ReplyRenewLease :execrows
UPDATE messages SET lease_until = clock_timestamp() + @lease::interval
WHERE id = @id AND fence = @fence AND status = 'streaming';

-- name: ReplyFinish :execrows
-- Only the newest attempt may write the end.
UPDATE messages SET content = @content, thinking = @thinking, action = @action, drawer = @drawer, sources = @sources,
    status = @status, degraded = @degraded, completed_at = @completed_at, lease_until = NULL
WHERE id = @id AND fence = @fence AND status = 'streaming';

-- name: ReplyQueued :exec
-- A queued reply has this long to be claimed before the sweeper queues it again.
UPDATE messages SET lease_until = clock_timestamp() + @grace::interval WHERE id = @id AND status = 'pending';

-- name: ReplyRelease :exec
-- An attempt that failed gives the reply back for the next one.
UPDATE messages SET status = 'pending', attempts = attempts + 1, lease_until = clock_timestamp() + @grace::interval
WHERE id = @id AND fence = @fence AND status = 'streaming';

-- name: ReplySweep :many
-- Takes back open replies, first in their chat, whose attempt has died or was never begun. The fence moves, so that a
-- dead attempt that was only slow cannot write any more.
UPDATE messages SET status = 'pending', fence = fence + 1, lease_until = clock_timestamp() + @grace::interval
WHERE id IN (
    SELECT abandoned.id FROM messages abandoned
    WHERE abandoned.status IN ('pending', 'streaming')
        AND (abandoned.lease_until IS NULL OR abandoned.lease_until < clock_timestamp())
        AND NOT EXISTS (SELECT 1 FROM messages earlier WHERE earlier.chat_id = abandoned.chat_id
            AND earlier.position < abandoned.position AND earlier.status IN ('pending', 'streaming'))
    ORDER BY abandoned.created_at
    LIMIT @row_limit
    FOR UPDATE SKIP LOCKED -- two processes sweep side by side
)
RETURNING id;

-- name: ReplyQuestion :one
-- What a reply needs to know before it begins: the question, who asked, and where.
SELECT sqlc.embed(messages), sqlc.embed(chats), users.name AS asker_name
FROM messages JOIN chats ON chats.id = messages.chat_id LEFT JOIN users ON users.id = messages.sender_id
WHERE messages.id = @question_id;

-- name: MessageHistory :many
-- What this person said before, oldest first.
SELECT content FROM (
    SELECT content, position FROM messages
    WHERE chat_id = @chat_id AND sender_id = @sender_id AND position < @before_position
    ORDER BY position DESC
    LIMIT @row_limit
) latest
ORDER BY position;
