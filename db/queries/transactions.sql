-- name: TransactionInsert :copyfrom
INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category, url)
VALUES (@id, @user_id, @account_id, @merchant_id, @external_id, @placed_at, @status, @currency, @subtotal, @total, @category, @url);

-- name: TransactionItemInsert :copyfrom
INSERT INTO transaction_items (transaction_id, ordinal, name, product_id, quantity, unit_price, total)
VALUES (@transaction_id, @ordinal, @name, @product_id, @quantity, @unit_price, @total);

-- name: TransactionAdjustmentInsert :copyfrom
INSERT INTO transaction_adjustments (transaction_id, ordinal, type, label, amount)
VALUES (@transaction_id, @ordinal, @type, @label, @amount);

-- name: TransactionPaymentMethodInsert :copyfrom
INSERT INTO transaction_payment_methods (transaction_id, ordinal, type, brand, last_four, amount)
VALUES (@transaction_id, @ordinal, @type, @brand, @last_four, @amount);

-- name: TransactionListSince :many
SELECT sqlc.embed(transactions), merchants.name AS merchant_name, merchants.slug AS merchant_slug
FROM transactions JOIN merchants ON merchants.id = transactions.merchant_id
WHERE transactions.user_id = @user_id AND transactions.placed_at >= @since
ORDER BY transactions.placed_at, transactions.id;

-- name: TransactionItemListSince :many
SELECT transaction_items.* FROM transaction_items JOIN transactions ON transactions.id = transaction_items.transaction_id
WHERE transactions.user_id = @user_id AND transactions.placed_at >= @since
ORDER BY transaction_items.transaction_id, transaction_items.ordinal;

-- name: TransactionAdjustmentListSince :many
SELECT transaction_adjustments.* FROM transaction_adjustments JOIN transactions ON transactions.id = transaction_adjustments.transaction_id
WHERE transactions.user_id = @user_id AND transactions.placed_at >= @since
ORDER BY transaction_adjustments.transaction_id, transaction_adjustments.ordinal;

-- name: TransactionPaymentMethodListSince :many
SELECT transaction_payment_methods.* FROM transaction_payment_methods JOIN transactions ON transactions.id = transaction_payment_methods.transaction_id
WHERE transactions.user_id = @user_id AND transactions.placed_at >= @since
ORDER BY transaction_payment_methods.transaction_id, transaction_payment_methods.ordinal;

-- name: TransactionNewest :many
-- The user's newest orders at a merchant that count as spending.
SELECT id FROM transactions
WHERE user_id = @user_id AND merchant_id = @merchant_id AND status NOT IN ('cancelled', 'refunded', 'returned', 'failed')
ORDER BY placed_at DESC, id DESC
LIMIT @row_limit;
