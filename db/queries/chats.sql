-- name: ChatInsert :exec
INSERT INTO chats (id, type, title, ai_policy, created_by, created_at, updated_at)
VALUES (@id, @type, @title, @ai_policy, @created_by, @created_at, @created_at);

-- name: ChatMemberInsert :exec
INSERT INTO chat_members (chat_id, user_id, role, shares_purchases, joined_at)
VALUES (@chat_id, @user_id, @role, @shares_purchases, @joined_at);

-- name: ChatGetForMember :one
SELECT sqlc.embed(chats), chat_members.last_read_position, chat_members.role,
    (SELECT count(*) FROM chat_members all_members WHERE all_members.chat_id = chats.id) AS member_count,
    (SELECT count(*) FROM messages unread WHERE unread.chat_id = chats.id AND unread.position > chat_members.last_read_position
        AND NOT unread.replaced AND unread.sender_id IS DISTINCT FROM chat_members.user_id) AS unread_count
FROM chats JOIN chat_members ON chat_members.chat_id = chats.id
WHERE chats.id = @id AND chat_members.user_id = @user_id;

-- name: ChatListForMember :many
SELECT sqlc.embed(chats), chat_members.last_read_position, chat_members.role,
    (SELECT count(*) FROM chat_members all_members WHERE all_members.chat_id = chats.id) AS member_count,
    (SELECT count(*) FROM messages unread WHERE unread.chat_id = chats.id AND unread.position > chat_members.last_read_position
        AND NOT unread.replaced AND unread.sender_id IS DISTINCT FROM chat_members.user_id) AS unread_count
FROM chats JOIN chat_members ON chat_members.chat_id = chats.id
WHERE chat_members.user_id = @user_id
    AND (sqlc.narg(type)::text IS NULL OR chats.type = sqlc.narg(type)::text)
    -- strpos, not LIKE: the text is the user's and may hold wildcards.
    AND (@q::text = '' OR strpos(lower(chats.title), lower(@q::text)) > 0)
    AND (chats.updated_at, chats.id) < (@before_updated_at::timestamptz, @before_id::uuid)
ORDER BY chats.updated_at DESC, chats.id DESC
LIMIT @row_limit;

-- name: ChatLockForMember :one
-- The lock under which positions are taken: messages of one chat are written one after another. A statement that waits
-- for a lock sees all else as it was before: what depends on the chat's replies is asked by the statements that follow.
SELECT sqlc.embed(chats),
    ARRAY(SELECT everyone.user_id FROM chat_members everyone WHERE everyone.chat_id = chats.id)::uuid[] AS member_ids
FROM chats JOIN chat_members ON chat_members.chat_id = chats.id
WHERE chats.id = @id AND chat_members.user_id = @user_id
FOR NO KEY UPDATE OF chats;

-- name: ChatLock :one
-- The same lock for the end of a reply, with who is to be told of it.
SELECT ARRAY(SELECT user_id FROM chat_members WHERE chat_id = chats.id)::uuid[] AS member_ids
FROM chats WHERE chats.id = @id FOR NO KEY UPDATE;

-- name: ChatUpdate :one
UPDATE chats SET title = @title, ai_policy = @ai_policy, version = version + 1, updated_at = @updated_at WHERE id = @id RETURNING *;

-- name: ChatTouch :exec
UPDATE chats SET updated_at = @updated_at WHERE id = @id;

-- name: ChatDelete :exec
DELETE FROM chats WHERE id = @id;

-- name: ChatOpenReplies :many
-- Locked: an attempt that is just writing commits first.
SELECT id FROM messages WHERE chat_id = @chat_id AND status IN ('pending', 'streaming') ORDER BY id FOR UPDATE;

-- name: ChatAdvance :exec
UPDATE chats SET last_position = @last_position, updated_at = @updated_at WHERE id = @id;

-- name: ChatAdvanceRead :exec
-- Who writes has read what came before.
WITH advanced AS (UPDATE chats SET last_position = @last_position, updated_at = @updated_at WHERE chats.id = @id RETURNING chats.id)
UPDATE chat_members SET last_read_position = GREATEST(last_read_position, @read_position::bigint)
FROM advanced WHERE chat_members.chat_id = advanced.id AND chat_members.user_id = @user_id;

-- name: ChatMemberIDs :many
SELECT user_id FROM chat_members WHERE chat_id = @chat_id ORDER BY user_id;

-- name: ChatListChangedSince :many
-- What changed lately, for members who may have missed the hint.
SELECT chats.id, chats.updated_at, ARRAY(SELECT user_id FROM chat_members WHERE chat_id = chats.id)::uuid[] AS member_ids
FROM chats WHERE chats.updated_at > @since ORDER BY chats.updated_at DESC LIMIT @row_limit;

-- name: ChatMarkRead :one
-- Forward only, and never past the end.
UPDATE chat_members SET last_read_position = GREATEST(last_read_position, LEAST(@position::bigint, chats.last_position))
FROM chats WHERE chats.id = chat_members.chat_id AND chat_members.chat_id = @chat_id AND chat_members.user_id = @user_id
RETURNING chat_members.last_read_position;

-- name: ChatUnread :one
SELECT count(*) FROM messages
WHERE chat_id = @chat_id AND position > @position AND NOT replaced AND sender_id IS DISTINCT FROM @user_id;

-- name: ChatMemberList :many
SELECT chat_members.chat_id, chat_members.user_id, users.name, users.email, chat_members.role, chat_members.shares_purchases, chat_members.joined_at
FROM chat_members JOIN users ON users.id = chat_members.user_id
WHERE chat_members.chat_id = ANY(@chat_ids::uuid[])
ORDER BY chat_members.joined_at, users.name, chat_members.user_id;

-- name: ChatMemberRoles :many
-- Read after the chat is locked, so that nobody joins, leaves or changes their role in between.
SELECT user_id, role, shares_purchases FROM chat_members WHERE chat_id = @chat_id ORDER BY joined_at, user_id;

-- name: ChatMemberSetRole :exec
UPDATE chat_members SET role = @role WHERE chat_id = @chat_id AND user_id = @user_id;

-- name: ChatMemberSetShares :exec
UPDATE chat_members SET shares_purchases = @shares_purchases WHERE chat_id = @chat_id AND user_id = @user_id;

-- name: ChatMemberDelete :exec
DELETE FROM chat_members WHERE chat_id = @chat_id AND user_id = @user_id;
