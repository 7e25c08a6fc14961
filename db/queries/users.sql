-- name: UserInsert :exec
INSERT INTO users (id, name, email, email_key, email_verified, password_hash, password_changed_at, onboarding_status, created_at, data_changed_at)
VALUES (@id, @name, @email, @email_key, @email_verified, @password_hash, @created_at, @onboarding_status, @created_at, @created_at);

-- name: UserGetByEmailKey :one
SELECT * FROM users WHERE email_key = @email_key;

-- name: UserGet :one
SELECT * FROM users WHERE id = @id;

-- name: UserSetOnboardingStatus :exec
UPDATE users SET onboarding_status = @onboarding_status WHERE id = @id;

-- name: UserSetPasswordHash :exec
-- Only a rehash of the same password under newer parameters, so password_changed_at stays.
UPDATE users SET password_hash = @password_hash WHERE id = @id;
