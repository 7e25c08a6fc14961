-- name: ListingUpsert :one
-- A listing of the feed; it keeps its id.
INSERT INTO products (id, merchant_id, sku, name, url, currency, availability, mock, created_at)
VALUES (@id, @merchant_id, @sku, @name, @url, @currency, @availability, @mock, @created_at)
ON CONFLICT (merchant_id, sku) WHERE user_id IS NULL DO UPDATE
SET name = excluded.name, url = excluded.url, currency = excluded.currency, availability = excluded.availability, mock = excluded.mock
RETURNING id;

-- name: ProductGetForUpdate :one
-- Locked by whoever stores new prices of it: two readers of the feed store each price once.
SELECT id, currency FROM products WHERE id = @id FOR UPDATE;

-- name: ProductGet :one
-- A listing, or what the user bought.
SELECT sqlc.embed(products), merchants.name AS merchant_name, merchants.slug AS merchant_slug, merchants.return_days
FROM products JOIN merchants ON merchants.id = products.merchant_id
WHERE products.id = @id AND (products.user_id IS NULL OR products.user_id = @user_id::uuid);

-- name: ProductList :many
-- Listings and what the user bought, each with its newest price, by name. What is bought and listed is shown once, as the
-- listing. Every one of the words has to be in the name or in that of the merchant.
SELECT sqlc.embed(products), merchants.name AS merchant_name, merchants.slug AS merchant_slug, newest.amount, newest.seen_at
FROM products
JOIN merchants ON merchants.id = products.merchant_id
CROSS JOIN LATERAL (
    SELECT seen.amount::bigint AS amount, seen.seen_at::timestamptz AS seen_at FROM (
        (SELECT price_observations.amount, price_observations.last_seen_at AS seen_at FROM price_observations
            WHERE price_observations.product_id = products.id AND price_observations.currency = products.currency
            ORDER BY price_observations.at DESC LIMIT 1)
        UNION ALL
        (SELECT item.unit_price, transactions.placed_at FROM transaction_items item JOIN transactions ON transactions.id = item.transaction_id
            WHERE products.user_id = transactions.user_id AND item.product_id = products.sku AND transactions.merchant_id = products.merchant_id
                AND transactions.currency = products.currency AND item.unit_price > 0 AND transactions.status NOT IN ('cancelled', 'failed')
            ORDER BY transactions.placed_at DESC, transactions.id DESC, item.ordinal LIMIT 1)
    ) seen LIMIT 1
) newest
WHERE (products.user_id IS NULL OR (products.user_id = @user_id::uuid AND NOT EXISTS (
        SELECT 1 FROM products listing
        WHERE listing.user_id IS NULL AND listing.merchant_id = products.merchant_id AND listing.sku = products.sku)))
    AND NOT EXISTS (SELECT 1 FROM unnest(@words::text[]) AS word WHERE strpos(lower(products.name || ' ' || merchants.name), word) = 0)
    AND (products.name, products.id) > (@after_name::text, @after_id::uuid)
ORDER BY products.name, products.id
LIMIT @row_limit;

-- name: ProductMatch :many
-- Candidates for what somebody means, those with most of the words first: listings and, where own is set, what the user
-- bought. Query is of the form to_tsquery reads.
SELECT products.id, products.name, merchants.name AS merchant_name, merchants.slug AS merchant_slug, products.user_id
FROM products JOIN merchants ON merchants.id = products.merchant_id
WHERE (products.user_id IS NULL OR (@own::boolean AND products.user_id = @user_id::uuid AND NOT EXISTS (
        SELECT 1 FROM products listing
        WHERE listing.user_id IS NULL AND listing.merchant_id = products.merchant_id AND listing.sku = products.sku)))
    AND to_tsvector('simple', products.name) @@ to_tsquery('simple', @query::text)
ORDER BY ts_rank(to_tsvector('simple', products.name), to_tsquery('simple', @query::text)) DESC, products.name, products.id
LIMIT @row_limit;

-- name: ProductPurchaseList :many
-- What the user paid for an article of a merchant. Money that came back on any part of the order makes it undone: which
-- item a refund was for is not always told.
SELECT transactions.id AS transaction_id, transactions.placed_at, transactions.currency, item.unit_price, item.quantity, item.name,
    (transactions.status IN ('cancelled', 'failed')) AS void,
    (transactions.status IN ('cancelled', 'failed', 'refunded', 'returned') OR EXISTS (
        SELECT 1 FROM transaction_adjustments adjustment WHERE adjustment.transaction_id = transactions.id AND adjustment.type = 'refund'
    ))::boolean AS undone
FROM transactions JOIN transaction_items item ON item.transaction_id = transactions.id
WHERE transactions.user_id = @user_id AND transactions.merchant_id = @merchant_id AND item.product_id = @sku::text
    AND transactions.placed_at >= @since
ORDER BY transactions.placed_at DESC, transactions.id DESC, item.ordinal;
