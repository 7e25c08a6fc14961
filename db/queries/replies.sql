-- name: ReplyClaim :one
-- Takes the reply for this attempt: only if it is open, first in its chat, and no living attempt holds it. Each claim
-- raises the fence, so that whatever an earlier attempt still tries to write is refused. The first claim sets by when
-- the reply has to end.
UPDATE messages SET status = 'streaming', fence = messages.fence + 1, lease_until = clock_timestamp() + @lease::interval,
    deadline_at = COALESCE(messages.deadline_at, clock_timestamp() + @timeout::interval)
WHERE messages.id = @id
    AND (messages.status = 'pending' OR (messages.status = 'streaming' AND messages.lease_until < clock_timestamp()))
    AND NOT EXISTS (SELECT 1 FROM messages earlier WHERE earlier.chat_id = messages.chat_id
        AND earlier.position < messages.position AND earlier.status IN ('pending', 'streaming'))
RETURNING sqlc.embed(messages),
    -- By the clock that set it: those of the processes may differ.
    (EXTRACT(EPOCH FROM messages.deadline_at - clock_timestamp()) * 1000)::bigint AS milliseconds_left,
    ARRAY(SELECT user_id FROM chat_members WHERE chat_members.chat_id = messages.chat_id)::uuid[] AS member_ids;

-- name: ReplyRenewLease :execrows
UPDATE messages SET lease_until = clock_timestamp() + @lease::interval
WHERE id = @id AND fence = @fence AND status = 'streaming';

-- name: ReplyLock :one
-- Only the newest attempt may go on writing; it holds the row until it commits.
SELECT id FROM messages WHERE id = @id AND fence = @fence AND status = 'streaming' FOR NO KEY UPDATE;

-- name: ReplyLockAny :one
SELECT * FROM messages WHERE id = @id FOR NO KEY UPDATE;

-- name: ReplySavePlan :execrows
-- Decides what the reply will say, with its first piece of text. Action and drawer are from here on what they will be.
UPDATE messages SET plan = @plan, action = @action, drawer = @drawer
WHERE id = @id AND fence = @fence AND status = 'streaming';

-- name: ReplyFinish :one
-- The one end of a reply, which only the newest attempt (or a stop) can write. Its events are now in its text and cuts,
-- so their rows go, and the chat has changed. Returns the reply whose turn it is then, if it waits for that. The chat is
-- locked before, by a statement of its own, so that a message sent meanwhile is seen.
WITH finished AS (
    UPDATE messages SET content = @content, thinking = @thinking, action = @action, drawer = @drawer, sources = @sources,
        status = @status, degraded = @degraded, cuts = @cuts, completed_at = @completed_at, proposal_id = sqlc.narg(proposal_id),
        lease_until = NULL, plan = NULL
    WHERE messages.id = @id AND messages.fence = @fence AND messages.status IN ('pending', 'streaming')
    RETURNING messages.id, messages.chat_id
), cleared AS (
    DELETE FROM reply_events USING finished WHERE reply_events.reply_id = finished.id
)
UPDATE chats SET updated_at = @completed_at FROM finished WHERE chats.id = finished.chat_id
RETURNING COALESCE((
    SELECT CASE WHEN next.status = 'pending' AND next.lease_until IS NULL THEN next.id END FROM messages next
    WHERE next.chat_id = chats.id AND next.id <> @id AND next.status IN ('pending', 'streaming')
    ORDER BY next.position LIMIT 1
), '00000000-0000-0000-0000-000000000000')::uuid AS next_reply;

-- name: ReplyEventInsert :exec
INSERT INTO reply_events (reply_id, seq, kind, text)
SELECT @reply_id, i + CAST(@offset_seq AS integer), (@kinds::text[])[i], (@texts::text[])[i]
FROM generate_subscripts(@kinds::text[], 1) AS i;

-- name: ReplyEventListAfter :many
SELECT seq, kind, text FROM reply_events WHERE reply_id = @reply_id AND seq > @after ORDER BY seq LIMIT @row_limit;

-- name: ReplyListProgress :many
-- How far replies have come, for readers that may have missed it.
SELECT messages.id, messages.status,
    COALESCE((SELECT max(reply_events.seq) FROM reply_events WHERE reply_events.reply_id = messages.id), 0)::integer AS last_seq
FROM messages WHERE messages.id = ANY(@ids::uuid[])
ORDER BY messages.id;

-- name: ReplyQueued :exec
-- A queued reply has this long to be claimed before the sweeper queues it again.
UPDATE messages SET lease_until = clock_timestamp() + @grace::interval WHERE id = @id AND status = 'pending';

-- name: ReplyRelease :exec
-- An attempt that failed gives the reply back for the next one.
UPDATE messages SET status = 'pending', attempts = attempts + @failures::integer, lease_until = clock_timestamp() + @grace::interval
WHERE id = @id AND fence = @fence AND status = 'streaming';

-- name: ReplySweep :many
-- Takes back open replies, first in their chat, whose attempt has died or was never begun. The fence moves where there was
-- an attempt, so that a dead one that was only slow cannot write any more.
UPDATE messages SET status = 'pending', fence = fence + CASE WHEN status = 'streaming' THEN 1 ELSE 0 END, lease_until = clock_timestamp() + @grace::interval
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

-- name: ReplyAsk :one
-- All that a reply needs to know before it begins: the question, who asked where, whether the group may see the asker's
-- purchases, who is in the chat, and what the asker said before (newest first).
-- Odd cents go round by the group's ledger, in a solo chat by its turns, of which each takes two positions.
SELECT question.content, question.sender_id, question.chat_id, chats.type AS chat_type,
    COALESCE((SELECT odd_units FROM group_contexts WHERE group_contexts.chat_id = question.chat_id), question.position / 2)::bigint AS turn,
    COALESCE((SELECT currency FROM group_contexts WHERE group_contexts.chat_id = question.chat_id), '')::text AS group_currency,
    EXISTS (SELECT 1 FROM chat_members WHERE chat_members.chat_id = question.chat_id
        AND chat_members.user_id = question.sender_id AND chat_members.shares_purchases) AS shares_purchases,
    ARRAY(SELECT chat_members.user_id FROM chat_members WHERE chat_members.chat_id = question.chat_id
        ORDER BY chat_members.joined_at, chat_members.user_id)::uuid[] AS member_ids,
    ARRAY(SELECT users.name FROM chat_members JOIN users ON users.id = chat_members.user_id
        WHERE chat_members.chat_id = question.chat_id ORDER BY chat_members.joined_at, chat_members.user_id)::text[] AS member_names,
    ARRAY(SELECT earlier.content FROM messages earlier
        WHERE earlier.chat_id = question.chat_id AND earlier.sender_id = question.sender_id AND earlier.position < question.position
        ORDER BY earlier.position DESC LIMIT @history)::text[] AS history
FROM messages question JOIN chats ON chats.id = question.chat_id
WHERE question.id = @question_id;

-- name: ReplyConsent :one
-- Whether a member lets the group see their purchases. Held until the transaction ends, so that it cannot be withdrawn
-- between the asking and the telling.
SELECT shares_purchases FROM chat_members WHERE chat_id = @chat_id AND user_id = @user_id FOR SHARE;
