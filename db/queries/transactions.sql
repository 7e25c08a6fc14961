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
-- The parts come along as JSON: one statement instead of four.
SELECT sqlc.embed(transactions), merchants.name AS merchant_name, merchants.slug AS merchant_slug,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', item.name, 'productId', item.product_id, 'quantity', item.quantity,
        'unitPrice', item.unit_price, 'total', item.total) ORDER BY item.ordinal), '[]')
        FROM transaction_items item WHERE item.transaction_id = transactions.id)::jsonb AS items,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('type', adjustment.type, 'label', adjustment.label, 'amount', adjustment.amount)
        ORDER BY adjustment.ordinal), '[]')
        FROM transaction_adjustments adjustment WHERE adjustment.transaction_id = transactions.id)::jsonb AS adjustments,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('type', payment.type, 'brand', payment.brand, 'lastFour', payment.last_four,
        'amount', payment.amount) ORDER BY payment.ordinal), '[]')
        FROM transaction_payment_methods payment WHERE payment.transaction_id = transactions.id)::jsonb AS payments
FROM transactions JOIN merchants ON merchants.id = transactions.merchant_id
WHERE transactions.user_id = @user_id AND transactions.placed_at >= @since
ORDER BY transactions.placed_at, transactions.id;

-- name: TransactionNewest :many
-- The user's newest orders at a merchant that count as spending.
SELECT id FROM transactions
WHERE user_id = @user_id AND merchant_id = @merchant_id AND status NOT IN ('cancelled', 'refunded', 'returned', 'failed')
ORDER BY placed_at DESC, id DESC
LIMIT @row_limit;
