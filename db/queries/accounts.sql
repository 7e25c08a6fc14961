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
INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, last_synced_at, created_at,
    sync_cursor, read_whole_at)
VALUES (@id, @user_id, @merchant_id, @vendor_user_ref, @account_name, @status, @can_transactions, @can_cards, @mock, @last_synced_at, @created_at,
    @sync_cursor, @last_synced_at)
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

-- name: AccountGetByVendor :one
SELECT * FROM linked_accounts WHERE vendor_user_ref = @vendor_user_ref AND merchant_id = @merchant_id;

-- name: AccountGetAtMerchant :one
-- Under whatever reference it is linked.
SELECT * FROM linked_accounts WHERE user_id = @user_id AND merchant_id = @merchant_id AND mock = @mock;

-- name: AccountGetMadeUp :one
-- The account that stands where a real one is linked now.
SELECT id FROM linked_accounts WHERE user_id = @user_id AND merchant_id = @merchant_id AND mock;

-- name: AccountAskSync :one
-- One more reason to sync. The row is locked until the commit, so that a sync which ends at the same time sees it or has
-- ended before, and a job queued after this statement is queued for what comes after.
UPDATE linked_accounts SET sync_asked = sync_asked + 1 WHERE id = @id RETURNING sync_asked;

-- name: AccountClaimSync :one
-- Takes an account for a sync, unless somebody else has it. Whoever took it before and is late finds syncs moved.
UPDATE linked_accounts SET syncs = syncs + 1, sync_until = @until
WHERE id = @id AND (sync_until IS NULL OR sync_until <= @now)
RETURNING *;

-- name: AccountPageStored :exec
-- The cursor commits with the rows before it, and with whether they are part of a reading from the beginning. A page that
-- leads nowhere leaves the last one that did.
UPDATE linked_accounts SET sync_cursor = COALESCE(sqlc.narg('sync_cursor'), sync_cursor), sync_until = @until,
    read_whole_since = CASE WHEN sqlc.narg('sync_cursor') IS NULL THEN read_whole_since ELSE sqlc.narg('whole_since') END
WHERE id = @id;

-- name: AccountForgetCursor :exec
UPDATE linked_accounts SET sync_cursor = NULL, read_whole_since = NULL WHERE id = @id;

-- name: AccountReleaseSync :exec
-- Gives back an account of which not all was read.
UPDATE linked_accounts SET sync_until = NULL, sync_tried_at = @now WHERE id = @id;

-- name: AccountSynced :exec
-- A reading from the beginning is as old as its first page.
UPDATE linked_accounts SET status = 'connected', reason = NULL, can_transactions = @can_transactions, can_cards = @can_cards,
    last_synced_at = @now, sync_until = NULL, read_whole_since = NULL, read_whole_at = COALESCE(sqlc.narg('whole_since'), read_whole_at)
WHERE id = @id;

-- name: AccountRelink :one
-- An account whose link was lost is linked again, and read from the beginning; any other is left as it is, and a real one
-- where nothing is real.
UPDATE linked_accounts SET status = @status, reason = NULL, vendor_user_ref = @vendor_user_ref, account_name = @account_name,
    can_transactions = @can_transactions, can_cards = @can_cards, last_synced_at = COALESCE(sqlc.narg('now'), last_synced_at),
    syncs = syncs + 1, sync_cursor = @sync_cursor, sync_until = NULL, read_whole_at = @now, read_whole_since = NULL
WHERE user_id = @user_id AND merchant_id = @merchant_id AND linked_accounts.mock = @mock
    AND linked_accounts.status IN ('login_required', 'disconnected', 'revoked')
RETURNING id;

-- name: AccountsToReconcile :many
-- Accounts nobody has read from the beginning, or tried to, for a while, in pages by id.
SELECT id FROM linked_accounts
WHERE mock = @mock AND id > @after_id AND (read_whole_at IS NULL OR read_whole_at <= @before)
    AND (sync_tried_at IS NULL OR sync_tried_at <= @before)
ORDER BY id LIMIT @row_limit;

-- name: RereadInsert :exec
INSERT INTO account_rereads (account_id, vendor_id, asked)
SELECT @account_id, unnest(@vendor_ids::text[]), @asked
ON CONFLICT (account_id, vendor_id) DO UPDATE SET asked = excluded.asked;

-- name: RereadList :many
-- The orders to ask for, and whether they are this account's: a hint may name anybody's.
SELECT account_rereads.vendor_id, (transactions.id IS NOT NULL)::boolean AS known
FROM account_rereads
LEFT JOIN transactions ON transactions.account_id = account_rereads.account_id AND transactions.vendor_id = account_rereads.vendor_id
WHERE account_rereads.account_id = @account_id AND account_rereads.asked <= @asked
ORDER BY account_rereads.vendor_id;

-- name: RereadDelete :exec
DELETE FROM account_rereads WHERE account_id = @account_id AND vendor_id = @vendor_id AND asked <= @asked;

-- name: OnboardingSessionOpen :one
-- Whether somebody may still complete a session of this person, whose accounts will be read then.
SELECT EXISTS (SELECT FROM onboarding_sessions WHERE vendor_user_ref = @vendor_user_ref AND completed_at IS NULL AND expires_at > @now);

-- name: OnboardingSessionExtend :exec
UPDATE onboarding_sessions SET expires_at = @expires_at WHERE id = @id;

-- name: VendorRefsOfUser :many
-- Everybody the vendor knows this user as.
SELECT vendor_user_ref FROM linked_accounts WHERE linked_accounts.user_id = @user_id AND linked_accounts.mock = @mock
UNION SELECT vendor_user_ref FROM onboarding_sessions WHERE onboarding_sessions.user_id = @user_id AND onboarding_sessions.mock = @mock
ORDER BY 1;

-- name: VendorRefLatest :one
-- Whom the vendor knows this user as: the reference of their newest account, else of the newest session that was completed.
SELECT known.vendor_user_ref FROM (
    SELECT vendor_user_ref, created_at, true AS linked FROM linked_accounts
    WHERE linked_accounts.user_id = @user_id AND linked_accounts.mock = @mock
    UNION ALL
    SELECT vendor_user_ref, created_at, false FROM onboarding_sessions
    WHERE onboarding_sessions.user_id = @user_id AND onboarding_sessions.mock = @mock AND completed_at IS NOT NULL
) AS known
ORDER BY known.linked DESC, known.created_at DESC, known.vendor_user_ref LIMIT 1;

-- name: UnlinkCount :one
-- How often somebody has unlinked an account; read before the vendor is asked what is linked.
SELECT COALESCE((SELECT unlinks FROM account_unlinks WHERE user_id = @user_id), 0)::bigint;

-- name: UnlinkLock :one
-- The same, while nobody can unlink before the commit.
INSERT INTO account_unlinks (user_id, unlinks) VALUES (@user_id, 0)
ON CONFLICT (user_id) DO UPDATE SET unlinks = account_unlinks.unlinks
RETURNING unlinks;

-- name: UnlinkAdd :exec
INSERT INTO account_unlinks (user_id, unlinks) VALUES (@user_id, 1)
ON CONFLICT (user_id) DO UPDATE SET unlinks = account_unlinks.unlinks + 1;

-- name: VendorDeletionInsert :execrows
INSERT INTO vendor_deletions (vendor, vendor_user_ref, mock, asked_at) VALUES (@vendor, @vendor_user_ref, @mock, @asked_at)
ON CONFLICT DO NOTHING;

-- name: VendorDeletionDone :exec
UPDATE vendor_deletions SET done_at = @now
WHERE vendor = @vendor AND vendor_user_ref = @vendor_user_ref AND mock = @mock AND done_at IS NULL;

-- name: VendorDeletionReopen :execrows
-- Somebody the vendor has deleted, and told of since.
UPDATE vendor_deletions SET done_at = NULL, asked_at = @now
WHERE vendor = @vendor AND vendor_user_ref = @vendor_user_ref AND mock = @mock AND done_at < @told_at;

-- name: VendorDeletionOpen :one
SELECT EXISTS (
    SELECT FROM vendor_deletions WHERE vendor = @vendor AND vendor_user_ref = @vendor_user_ref AND mock = @mock AND done_at IS NULL
);
