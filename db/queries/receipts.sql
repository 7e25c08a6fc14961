-- name: ReceiptAudienceOfTransaction :many
-- The groups that are shown an order, with who is to be told when it changes.
SELECT group_receipts.chat_id,
    ARRAY(SELECT user_id FROM chat_members WHERE chat_members.chat_id = group_receipts.chat_id)::uuid[] AS member_ids
FROM group_receipts WHERE group_receipts.transaction_id = @transaction_id
ORDER BY group_receipts.chat_id;

-- name: ReceiptAudienceOfAccount :many
-- The same for all orders of an account.
SELECT shown.chat_id,
    ARRAY(SELECT user_id FROM chat_members WHERE chat_members.chat_id = shown.chat_id)::uuid[] AS member_ids
FROM (
    SELECT DISTINCT group_receipts.chat_id
    FROM group_receipts JOIN transactions ON transactions.id = group_receipts.transaction_id
    WHERE transactions.account_id = @account_id
) shown
ORDER BY shown.chat_id;
