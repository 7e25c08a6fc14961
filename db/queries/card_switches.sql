-- name: CardSwitchInsert :execrows
-- A session has one task, whatever becomes of it: the number of a task is not signed.
INSERT INTO card_switches (id, account_id, session_id, task_id, card_id, status, requested_at, expires_at)
VALUES (@id, @account_id, @session_id, @task_id, @card_id, 'requested', @requested_at, @expires_at)
ON CONFLICT DO NOTHING;

-- name: CardSwitchLatest :many
-- The newest attempt of each of some accounts.
SELECT DISTINCT ON (account_id) * FROM card_switches WHERE account_id = ANY(@account_ids::uuid[])
ORDER BY account_id, requested_at DESC, id DESC;

-- name: CardSwitchGetForUpdate :one
SELECT * FROM card_switches WHERE account_id = @account_id AND task_id = @task_id FOR UPDATE;

-- name: CardSwitchSet :exec
UPDATE card_switches SET status = @status, reason = @reason WHERE id = @id;

-- name: CardSwitchEnd :one
-- What the vendor tells of a task counts only where everything about it fits and it has not ended: an update for one that
-- was sent a card, a failure for any that is open.
UPDATE card_switches SET status = @status, reason = @reason
FROM linked_accounts, onboarding_sessions
WHERE linked_accounts.id = card_switches.account_id AND onboarding_sessions.id = card_switches.session_id
    AND onboarding_sessions.vendor_user_ref = @vendor_user_ref AND onboarding_sessions.mock = linked_accounts.mock
    AND linked_accounts.merchant_id = @merchant_id AND card_switches.task_id = @task_id AND card_switches.session_id = @session_id
    AND (card_switches.status = 'sent' OR (card_switches.status = 'requested' AND @status = 'failed'))
RETURNING linked_accounts.id, linked_accounts.user_id;

-- name: CardChosenFor :one
-- Whether somebody has confirmed this card for a merchant, or, where they have confirmed none there, for what it sells.
SELECT COALESCE((
    SELECT card_choices.card_id FROM card_choices JOIN merchants ON merchants.id = @merchant_id
    WHERE card_choices.user_id = @user_id AND card_choices.scope IN ('merchant:' || merchants.slug, 'category:' || merchants.category)
    ORDER BY card_choices.scope = 'merchant:' || merchants.slug DESC LIMIT 1
) = @card_id, false)::boolean AS chosen;

-- name: CardSwitchSetSent :execrows
-- How one that was sent goes on; not one that has ended meanwhile.
UPDATE card_switches SET status = @status, reason = @reason WHERE id = @id AND status = 'sent';
