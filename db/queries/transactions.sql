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
-- Orders and what they consist of, in one statement and in no order. Part tells the rows apart: 0 is an order, 1 an item,
-- 2 an adjustment, 3 a payment, each under the id of its order. Rows as plain as these cost the server a fifth of putting
-- the parts together as JSON, and the client less still.
WITH chosen AS MATERIALIZED (
    SELECT * FROM transactions WHERE user_id = @user_id AND placed_at >= @since
)
SELECT 0 AS part, chosen.id, 0 AS ordinal, chosen.account_id, chosen.merchant_id, chosen.placed_at, chosen.currency,
    merchants.name, merchants.slug AS code, chosen.status AS kind, chosen.category AS brand, 0 AS quantity,
    chosen.subtotal AS amount, chosen.total
FROM chosen JOIN merchants ON merchants.id = chosen.merchant_id
UNION ALL
SELECT 1, chosen.id, item.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    item.name, COALESCE(item.product_id, ''), '', '', item.quantity, item.unit_price, item.total
FROM chosen JOIN transaction_items item ON item.transaction_id = chosen.id
UNION ALL
SELECT 2, chosen.id, adjustment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    adjustment.label, '', adjustment.type, '', 0, adjustment.amount, 0
FROM chosen JOIN transaction_adjustments adjustment ON adjustment.transaction_id = chosen.id
UNION ALL
SELECT 3, chosen.id, payment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    '', COALESCE(payment.last_four, ''), payment.type, COALESCE(payment.brand, ''), 0, payment.amount, 0
FROM chosen JOIN transaction_payment_methods payment ON payment.transaction_id = chosen.id;

-- name: TransactionNewest :many
-- The user's newest orders at a merchant that count as spending.
SELECT id FROM transactions
WHERE user_id = @user_id AND merchant_id = @merchant_id AND status NOT IN ('cancelled', 'refunded', 'returned', 'failed')
ORDER BY placed_at DESC, id DESC
LIMIT @row_limit;
