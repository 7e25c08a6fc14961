-- name: SettlementInsert :exec
INSERT INTO settlements (id, group_id, from_user, to_user, currency, amount, status, exchange_currency, exchange_amount, exchange_rate,
    exchange_source, expense_id, created_by, created_at, confirmed_at)
VALUES (@id, @group_id, @from_user, @to_user, @currency, @amount, @status, @exchange_currency, @exchange_amount, @exchange_rate,
    @exchange_source, @expense_id, @created_by, @created_at, @confirmed_at);

-- name: SettlementGet :one
SELECT * FROM settlements WHERE id = @id AND group_id = @group_id;

-- name: SettlementList :many
SELECT * FROM settlements
WHERE group_id = @group_id AND (created_at, id) < (@before_created_at::timestamptz, @before_id::uuid)
ORDER BY created_at DESC, id DESC
LIMIT @row_limit;

-- name: SettlementConfirm :exec
UPDATE settlements SET status = 'confirmed', confirmed_at = @at WHERE id = @id;

-- name: SettlementVoid :exec
UPDATE settlements SET status = 'voided', voided_at = @at WHERE id = @id;

-- name: SettlementListOfExpense :many
-- What marked shares of an expense paid.
SELECT * FROM settlements WHERE expense_id = @expense_id AND status = 'confirmed' ORDER BY created_at, id;

-- name: SettlementVoidWithExpense :exec
UPDATE settlements SET status = 'voided', voided_at = @at, voided_with = true
WHERE expense_id = @expense_id AND status = 'confirmed';

-- name: SettlementRestoreWithExpense :exec
UPDATE settlements SET status = 'confirmed', voided_at = NULL, voided_with = false
WHERE expense_id = @expense_id AND status = 'voided' AND voided_with;
