-- name: ExpenseInsert :exec
INSERT INTO expenses (id, group_id, description, category, note, spent_on, currency, total, method, parts, transaction_id, seed, spare,
    created_by, created_at, updated_at)
VALUES (@id, @group_id, @description, @category, @note, @spent_on, @currency, @total, @method, @parts, @transaction_id, @seed, @spare,
    @created_by, @created_at, @created_at);

-- name: ExpenseGet :one
-- With what was paid back for its shares, which is what makes a share paid: in one statement, so that both are of one
-- moment.
SELECT sqlc.embed(expenses), COALESCE((
    SELECT jsonb_agg(jsonb_build_object('from', from_user, 'to', to_user, 'amount', amount))
    FROM settlements WHERE settlements.expense_id = expenses.id AND settlements.status = 'confirmed' AND settlements.currency = expenses.currency
), '[]')::jsonb AS paid_back
FROM expenses WHERE expenses.id = @id AND expenses.group_id = @group_id;

-- name: ExpenseList :many
-- Newest day first, from the keyset on.
SELECT sqlc.embed(expenses), COALESCE((
    SELECT jsonb_agg(jsonb_build_object('from', from_user, 'to', to_user, 'amount', amount))
    FROM settlements WHERE settlements.expense_id = expenses.id AND settlements.status = 'confirmed' AND settlements.currency = expenses.currency
), '[]')::jsonb AS paid_back
FROM expenses
WHERE expenses.group_id = @group_id AND (expenses.deleted_at IS NOT NULL) = @deleted::boolean
    AND (expenses.spent_on, expenses.id) < (@before_day::date, @before_id::uuid)
ORDER BY expenses.spent_on DESC, expenses.id DESC
LIMIT @row_limit;

-- name: ExpenseUpdate :exec
-- The caller holds the ledger of the group, and has compared the version.
UPDATE expenses SET description = @description, category = @category, note = @note, spent_on = @spent_on, currency = @currency,
    total = @total, method = @method, parts = @parts, transaction_id = @transaction_id, spare = @spare, version = @version,
    updated_at = @updated_at
WHERE id = @id;

-- name: ExpenseSetDeleted :exec
UPDATE expenses SET deleted_at = @deleted_at, version = @version, updated_at = @updated_at WHERE id = @id;

-- name: ExpenseTouch :exec
-- A share was marked: what is shown of the expense has changed.
UPDATE expenses SET version = @version, updated_at = @updated_at WHERE id = @id;

-- name: ExpenseErase :exec
-- Of an expense that is undone; its history goes with it.
DELETE FROM expenses WHERE id = @id;

-- name: ExpenseChangeInsert :exec
INSERT INTO expense_changes (expense_id, version, action, user_id, user_name, at, changes)
VALUES (@expense_id, @version, @action, @user_id, @user_name, @at, @changes);

-- name: ExpenseChangeList :many
SELECT * FROM expense_changes WHERE expense_id = @expense_id ORDER BY version DESC;
