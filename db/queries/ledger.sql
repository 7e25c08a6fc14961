-- name: LedgerMembers :many
-- Who is in groups; nobody where one is not there. For writing it is asked after the lock of the group's chat: a statement
-- that waits for a lock sees all else as it was before.
SELECT chat_members.chat_id AS group_id, chat_members.user_id, users.name FROM chats
JOIN chat_members ON chat_members.chat_id = chats.id
JOIN users ON users.id = chat_members.user_id
WHERE chats.id = ANY(@group_ids::uuid[]) AND chats.type = 'group'
ORDER BY chat_members.chat_id, chat_members.joined_at, chat_members.user_id;

-- name: LedgerOddUnits :one
SELECT odd_units FROM group_contexts WHERE chat_id = @group_id;

-- name: LedgerSetOddUnits :exec
UPDATE group_contexts SET odd_units = @odd_units WHERE chat_id = @group_id;

-- name: LedgerTouchChat :exec
UPDATE chats SET updated_at = GREATEST(updated_at, @updated_at) WHERE id = @group_id;

-- name: LedgerEntries :many
-- All that balances are made of, in one statement, so that it is of one moment.
SELECT expenses.group_id, 'expense'::text AS kind, expenses.currency, expenses.parts FROM expenses
WHERE expenses.group_id = ANY(@group_ids::uuid[]) AND expenses.deleted_at IS NULL
UNION ALL
SELECT settlements.group_id, 'settlement'::text, settlements.currency,
    jsonb_build_object('from', settlements.from_user, 'to', settlements.to_user, 'amount', settlements.amount)
FROM settlements WHERE settlements.group_id = ANY(@group_ids::uuid[]) AND settlements.status = 'confirmed';

-- name: LedgerGroups :many
-- The groups of a user, or the one of them that is asked for.
SELECT chats.id, chats.title FROM chats JOIN chat_members ON chat_members.chat_id = chats.id
WHERE chat_members.user_id = @user_id AND chats.type = 'group'
    AND (sqlc.narg(group_id)::uuid IS NULL OR chats.id = sqlc.narg(group_id)::uuid)
ORDER BY chats.updated_at DESC, chats.id;

-- name: LedgerNames :many
SELECT id, name FROM users WHERE id = ANY(@ids::uuid[]) ORDER BY id;

-- name: LedgerOwnsTransaction :one
SELECT EXISTS (SELECT 1 FROM transactions WHERE id = @id AND user_id = @user_id);

-- name: LedgerSpent :many
-- What groups spent by currency and category, empty where nobody said, and the receipts it was spent on.
SELECT group_id, currency, COALESCE(category, '') AS category, count(*) AS expenses, sum(total)::bigint AS total,
    COALESCE(array_agg(transaction_id) FILTER (WHERE transaction_id IS NOT NULL), '{}')::uuid[] AS receipts
FROM expenses WHERE group_id = ANY(@group_ids::uuid[]) AND deleted_at IS NULL
GROUP BY group_id, currency, COALESCE(category, '') ORDER BY group_id, currency, category;
