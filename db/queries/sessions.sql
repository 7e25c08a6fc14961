-- name: SessionInsert :exec
INSERT INTO sessions (id, user_id, device, created_at, expires_at)
VALUES (@id, @user_id, @device, @created_at, @expires_at);

-- name: SessionGetLive :one
-- The guard of every request: the session must exist, not be revoked, not be over.
SELECT sqlc.embed(sessions), sqlc.embed(users)
FROM sessions JOIN users ON users.id = sessions.user_id
WHERE sessions.id = @id AND sessions.revoked_at IS NULL AND sessions.expires_at > @now;

-- name: SessionRevoke :exec
UPDATE sessions SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL;

-- name: SessionCountLive :one
SELECT count(*) FROM sessions WHERE user_id = @user_id AND revoked_at IS NULL AND expires_at > @now;

-- name: RefreshTokenInsert :exec
INSERT INTO refresh_tokens (id, session_id, parent_id, token_hash, created_at, expires_at)
VALUES (@id, @session_id, @parent_id, @token_hash, @created_at, @expires_at);

-- name: RefreshTokenGetForUpdate :one
-- Locked, so that of two parallel uses one is first and the other sees it spent.
SELECT * FROM refresh_tokens WHERE token_hash = @token_hash FOR UPDATE;

-- name: RefreshTokenUse :exec
UPDATE refresh_tokens SET used_at = @now WHERE id = @id;

-- name: RefreshTokenReplaceSuccessor :exec
-- Waits for whoever is using the successor at this moment.
UPDATE refresh_tokens SET replaced_at = @now WHERE parent_id = @parent_id AND used_at IS NULL AND replaced_at IS NULL;

-- name: RefreshTokenSuccessorUsed :one
SELECT EXISTS (SELECT 1 FROM refresh_tokens WHERE parent_id = @parent_id AND used_at IS NOT NULL);
