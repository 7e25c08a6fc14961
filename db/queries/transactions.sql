-- name: TransactionInsert :copyfrom
INSERT INTO transactions (id, user_id, account_id, merchant_id, vendor_id, external_id, placed_at, status, currency, subtotal, total, category, url, digest)
VALUES (@id, @user_id, @account_id, @merchant_id, @vendor_id, @external_id, @placed_at, @status, @currency, @subtotal, @total, @category, @url, @digest);

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

-- name: TransactionPage :many
-- A page of orders, newest first, in rows as those of TransactionListSince and in no order. The upper bound is one
-- comparison of rows, so that the index is entered at the page; it stands for the end of the period too. The parts are
-- joined each by itself: from a view over all of them the planner would read all parts there are.
WITH chosen AS MATERIALIZED (
    SELECT * FROM transactions
    WHERE transactions.user_id = @user_id AND transactions.placed_at >= @since
        AND (transactions.placed_at, transactions.id) < (@before_placed_at::timestamptz, @before_id::uuid)
    ORDER BY transactions.placed_at DESC, transactions.id DESC
    LIMIT @row_limit
)
SELECT 0 AS part, chosen.id, 0 AS ordinal, chosen.account_id, chosen.merchant_id, chosen.placed_at, chosen.currency,
    merchants.name, chosen.external_id AS code, chosen.status AS kind, chosen.category AS brand, 0 AS quantity,
    chosen.subtotal AS amount, chosen.total, chosen.note, chosen.url, chosen.version
FROM chosen JOIN merchants ON merchants.id = chosen.merchant_id
UNION ALL
SELECT 1, chosen.id, item.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    item.name, COALESCE(item.product_id, ''), '', '', item.quantity, item.unit_price, item.total, NULL, NULL, 0
FROM chosen JOIN transaction_items item ON item.transaction_id = chosen.id
UNION ALL
SELECT 2, chosen.id, adjustment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    adjustment.label, '', adjustment.type, '', 0, adjustment.amount, 0, NULL, NULL, 0
FROM chosen JOIN transaction_adjustments adjustment ON adjustment.transaction_id = chosen.id
UNION ALL
SELECT 3, chosen.id, payment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    '', COALESCE(payment.last_four, ''), payment.type, COALESCE(payment.brand, ''), 0, payment.amount, 0, NULL, NULL, 0
FROM chosen JOIN transaction_payment_methods payment ON payment.transaction_id = chosen.id;

-- name: TransactionPageOfMerchant :many
-- The same for one merchant: a query of its own, since a condition that may be absent would keep the planner from the index.
WITH chosen AS MATERIALIZED (
    SELECT * FROM transactions
    WHERE transactions.user_id = @user_id AND transactions.merchant_id = @merchant_id AND transactions.placed_at >= @since
        AND (transactions.placed_at, transactions.id) < (@before_placed_at::timestamptz, @before_id::uuid)
    ORDER BY transactions.placed_at DESC, transactions.id DESC
    LIMIT @row_limit
)
SELECT 0 AS part, chosen.id, 0 AS ordinal, chosen.account_id, chosen.merchant_id, chosen.placed_at, chosen.currency,
    merchants.name, chosen.external_id AS code, chosen.status AS kind, chosen.category AS brand, 0 AS quantity,
    chosen.subtotal AS amount, chosen.total, chosen.note, chosen.url, chosen.version
FROM chosen JOIN merchants ON merchants.id = chosen.merchant_id
UNION ALL
SELECT 1, chosen.id, item.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    item.name, COALESCE(item.product_id, ''), '', '', item.quantity, item.unit_price, item.total, NULL, NULL, 0
FROM chosen JOIN transaction_items item ON item.transaction_id = chosen.id
UNION ALL
SELECT 2, chosen.id, adjustment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    adjustment.label, '', adjustment.type, '', 0, adjustment.amount, 0, NULL, NULL, 0
FROM chosen JOIN transaction_adjustments adjustment ON adjustment.transaction_id = chosen.id
UNION ALL
SELECT 3, chosen.id, payment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    '', COALESCE(payment.last_four, ''), payment.type, COALESCE(payment.brand, ''), 0, payment.amount, 0, NULL, NULL, 0
FROM chosen JOIN transaction_payment_methods payment ON payment.transaction_id = chosen.id;

-- name: TransactionGetWhole :many
-- One order in the same rows; none where it is not the user's.
WITH chosen AS MATERIALIZED (
    SELECT * FROM transactions WHERE transactions.id = @id AND transactions.user_id = @user_id
)
SELECT 0 AS part, chosen.id, 0 AS ordinal, chosen.account_id, chosen.merchant_id, chosen.placed_at, chosen.currency,
    merchants.name, chosen.external_id AS code, chosen.status AS kind, chosen.category AS brand, 0 AS quantity,
    chosen.subtotal AS amount, chosen.total, chosen.note, chosen.url, chosen.version
FROM chosen JOIN merchants ON merchants.id = chosen.merchant_id
UNION ALL
SELECT 1, chosen.id, item.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    item.name, COALESCE(item.product_id, ''), '', '', item.quantity, item.unit_price, item.total, NULL, NULL, 0
FROM chosen JOIN transaction_items item ON item.transaction_id = chosen.id
UNION ALL
SELECT 2, chosen.id, adjustment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    adjustment.label, '', adjustment.type, '', 0, adjustment.amount, 0, NULL, NULL, 0
FROM chosen JOIN transaction_adjustments adjustment ON adjustment.transaction_id = chosen.id
UNION ALL
SELECT 3, chosen.id, payment.ordinal, chosen.account_id, 0, chosen.placed_at, '',
    '', COALESCE(payment.last_four, ''), payment.type, COALESCE(payment.brand, ''), 0, payment.amount, 0, NULL, NULL, 0
FROM chosen JOIN transaction_payment_methods payment ON payment.transaction_id = chosen.id;

-- name: TransactionGetForUpdate :one
SELECT sqlc.embed(transactions), merchants.category AS merchant_category
FROM transactions JOIN merchants ON merchants.id = transactions.merchant_id
WHERE transactions.id = @id AND transactions.user_id = @user_id
FOR NO KEY UPDATE OF transactions;

-- name: TransactionUpdate :exec
UPDATE transactions SET category = @category, category_chosen = @category_chosen, note = @note, version = version + 1
WHERE id = @id;

-- name: TransactionDigests :many
-- What is known of some of an account's orders, to find what a sync has to change.
SELECT id, vendor_id, digest FROM transactions WHERE account_id = @account_id AND vendor_id = ANY(@vendor_ids::text[]);

-- name: TransactionResync :exec
-- An order as the vendor tells it now. When it was placed does not change: pages of the list rest on it. Category and note
-- of the user's own stay.
UPDATE transactions SET status = @status, currency = @currency, subtotal = @subtotal, total = @total, url = @url, digest = @digest,
    category = CASE WHEN category_chosen THEN category ELSE @category END, version = version + 1
WHERE id = @id;

-- name: TransactionPartsDelete :exec
WITH items AS (DELETE FROM transaction_items WHERE transaction_items.transaction_id = ANY(@ids::uuid[])),
    adjustments AS (DELETE FROM transaction_adjustments WHERE transaction_adjustments.transaction_id = ANY(@ids::uuid[]))
DELETE FROM transaction_payment_methods WHERE transaction_payment_methods.transaction_id = ANY(@ids::uuid[]);
