-- name: IdempotencyKeyInsert :execrows
-- Waits for a transaction that is at the same key; then finds its row.
INSERT INTO idempotency_keys (user_id, operation, key, request_hmac, result, created_at)
VALUES (@user_id, @operation, @key, @request_hmac, '{}', @created_at)
ON CONFLICT (user_id, operation, key) DO NOTHING;

-- name: IdempotencyKeyGet :one
SELECT * FROM idempotency_keys WHERE user_id = @user_id AND operation = @operation AND key = @key;

-- name: IdempotencyKeySetResult :exec
UPDATE idempotency_keys SET result = @result WHERE user_id = @user_id AND operation = @operation AND key = @key;

-- name: IdempotencyKeyDeleteOlder :execrows
DELETE FROM idempotency_keys WHERE created_at < @before;

-- name: LockTimeoutSet :exec
SELECT set_config('lock_timeout', @timeout, true);
