-- name: GroupContextInsert :exec
INSERT INTO group_contexts (chat_id, currency) VALUES (@chat_id, @currency);

-- name: GroupContextSetCurrency :exec
UPDATE group_contexts SET currency = @currency WHERE chat_id = @chat_id;

-- name: GroupContextList :many
SELECT * FROM group_contexts WHERE chat_id = ANY(@chat_ids::uuid[]) ORDER BY chat_id;


-- name: GroupReceiptInsert :exec
INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at)
VALUES (@chat_id, @transaction_id, @shared_by, @shared_at);

-- name: GroupReceiptTotals :many
-- What members put before the group, by currency and category; a member who left takes their receipts along. A receipt
-- that stands in the ledger as an expense of the group is counted there: the nth of the counted ones is of the nth chat.
SELECT group_receipts.chat_id, transactions.currency, transactions.category,
    count(*) AS receipts, sum(transactions.total)::bigint AS total
FROM group_receipts
JOIN transactions ON transactions.id = group_receipts.transaction_id
JOIN chat_members ON chat_members.chat_id = group_receipts.chat_id AND chat_members.user_id = group_receipts.shared_by
    AND chat_members.shares_purchases
WHERE group_receipts.chat_id = ANY(@chat_ids::uuid[]) AND transactions.status NOT IN ('cancelled', 'refunded', 'returned', 'failed')
    AND NOT EXISTS (SELECT 1 FROM generate_subscripts(@counted::uuid[], 1) AS i
        WHERE (@counted::uuid[])[i] = group_receipts.transaction_id AND (@counted_in::uuid[])[i] = group_receipts.chat_id)
GROUP BY group_receipts.chat_id, transactions.currency, transactions.category
ORDER BY group_receipts.chat_id, transactions.currency, total DESC, transactions.category;

-- name: GroupReceiptDeleteOf :exec
-- Who leaves takes their receipts along.
DELETE FROM group_receipts WHERE chat_id = @chat_id AND shared_by = @user_id;

-- name: GroupRemovalUpsert :exec
INSERT INTO group_removals (chat_id, user_id, removed_at) VALUES (@chat_id, @user_id, @removed_at)
ON CONFLICT (chat_id, user_id) DO UPDATE SET removed_at = excluded.removed_at;

-- name: GroupHide :exec
-- Puts the members aside, which hides the group from all of them.
WITH hidden AS (
    INSERT INTO deleted_groups (chat_id, deleted_by, deleted_at, purge_at)
    VALUES (@chat_id, @deleted_by, @deleted_at, @purge_at) RETURNING chat_id
), moved AS (
    DELETE FROM chat_members USING hidden WHERE chat_members.chat_id = hidden.chat_id RETURNING chat_members.*
)
INSERT INTO deleted_group_members (chat_id, user_id, role, shares_purchases, last_read_position, joined_at)
SELECT chat_id, user_id, role, shares_purchases, last_read_position, joined_at FROM moved;

-- name: GroupLockDeleted :one
-- A deleted group that its owner may have back.
SELECT sqlc.embed(chats), deleted_groups.deleted_at
FROM deleted_groups
JOIN chats ON chats.id = deleted_groups.chat_id
JOIN deleted_group_members ON deleted_group_members.chat_id = chats.id AND deleted_group_members.user_id = @user_id
    AND deleted_group_members.role = 'owner'
WHERE deleted_groups.chat_id = @chat_id AND deleted_groups.purge_at > @now
FOR UPDATE OF deleted_groups, chats;

-- name: GroupUnhide :exec
-- Everybody is again what they were.
WITH moved AS (
    DELETE FROM deleted_group_members WHERE deleted_group_members.chat_id = @chat_id RETURNING *
)
INSERT INTO chat_members (chat_id, user_id, role, shares_purchases, last_read_position, joined_at)
SELECT chat_id, user_id, role, shares_purchases, last_read_position, joined_at FROM moved;

-- name: GroupForgetDeleted :exec
DELETE FROM deleted_groups WHERE chat_id = @chat_id;

-- name: GroupListDeleted :many
SELECT sqlc.embed(chats), deleted_groups.deleted_at
FROM deleted_groups
JOIN chats ON chats.id = deleted_groups.chat_id
JOIN deleted_group_members ON deleted_group_members.chat_id = chats.id AND deleted_group_members.user_id = @user_id
    AND deleted_group_members.role = 'owner'
WHERE deleted_groups.purge_at > @now AND (chats.updated_at, chats.id) < (@before_updated_at::timestamptz, @before_id::uuid)
ORDER BY chats.updated_at DESC, chats.id DESC
LIMIT @row_limit;

-- name: GroupListToPurge :many
SELECT chat_id, deleted_by FROM deleted_groups WHERE purge_at <= @now ORDER BY purge_at LIMIT @row_limit FOR UPDATE SKIP LOCKED;
