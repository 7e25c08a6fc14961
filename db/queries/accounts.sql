-- name: OnboardingSessionInsert :exec
INSERT INTO onboarding_sessions (id, user_id, product, card_id, vendor_user_ref, mock, claim_token_hash, created_at, expires_at)
VALUES (@id, @user_id, @product, @card_id, @vendor_user_ref, @mock, @claim_token_hash, @created_at, @expires_at);

-- name: OnboardingSessionGetForUpdate :one
SELECT * FROM onboarding_sessions WHERE id = @id FOR UPDATE;

-- name: OnboardingSessionGet :one
SELECT * FROM onboarding_sessions WHERE id = @id;

-- name: OnboardingSessionComplete :exec
-- A claimed anonymous session now belongs to its user, and its claim token is spent.
UPDATE onboarding_sessions SET user_id = @user_id, claim_token_hash = NULL, completed_at = @now WHERE id = @id;

-- name: AccountInsert :execrows
INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, last_synced_at, created_at)
VALUES (@id, @user_id, @merchant_id, @vendor_user_ref, @account_name, @status, @can_transactions, @can_cards, @mock, @last_synced_at, @created_at)
ON CONFLICT (user_id, merchant_id) DO NOTHING;

-- name: AccountListForUser :many
SELECT sqlc.embed(linked_accounts), merchants.name AS institution
FROM linked_accounts JOIN merchants ON merchants.id = linked_accounts.merchant_id
WHERE linked_accounts.user_id = @user_id AND (merchants.name, linked_accounts.id) > (@after_institution::text, @after_id::uuid)
ORDER BY merchants.name, linked_accounts.id
LIMIT @row_limit;

-- name: AccountCount :one
SELECT count(*) FROM linked_accounts WHERE user_id = @user_id;

-- name: AccountNames :many
SELECT merchants.name FROM linked_accounts JOIN merchants ON merchants.id = linked_accounts.merchant_id
WHERE linked_accounts.user_id = @user_id ORDER BY merchants.name;

-- name: AccountGet :one
SELECT * FROM linked_accounts WHERE id = @id AND user_id = @user_id;

-- name: AccountDelete :execrows
-- Its orders, their items and their places in groups go with it.
DELETE FROM linked_accounts WHERE id = @id AND user_id = @user_id;

-- name: AccountGetWhole :one
SELECT sqlc.embed(linked_accounts), merchants.name AS institution
FROM linked_accounts JOIN merchants ON merchants.id = linked_accounts.merchant_id
WHERE linked_accounts.id = @id AND linked_accounts.user_id = @user_id;

-- name: AccountLockForUser :one
SELECT * FROM linked_accounts WHERE id = @id AND user_id = @user_id FOR NO KEY UPDATE;

-- name: AccountGetByID :one
-- For a sync, which acts for nobody who could be asked.
SELECT * FROM linked_accounts WHERE id = @id;

-- name: AccountLockByID :one
SELECT * FROM linked_accounts WHERE id = @id FOR NO KEY UPDATE;

-- name: AccountSetStatus :exec
UPDATE linked_accounts SET status = @status, reason = @reason WHERE id = @id;

-- name: AccountSynced :exec
UPDATE linked_accounts SET status = 'connected', reason = NULL, can_transactions = @can_transactions, can_cards = @can_cards,
    last_synced_at = @now, syncs = syncs + 1
WHERE id = @id;

-- name: AccountRelink :one
-- An account whose link was lost is linked again; any other is left as it is.
UPDATE linked_accounts SET status = 'connected', reason = NULL, vendor_user_ref = @vendor_user_ref, account_name = @account_name,
    can_transactions = @can_transactions, can_cards = @can_cards, mock = @mock, last_synced_at = @now, syncs = syncs + 1
WHERE user_id = @user_id AND merchant_id = @merchant_id AND status IN ('login_required', 'disconnected', 'revoked')
RETURNING id;
