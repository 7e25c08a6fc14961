-- name: PriceNewest :one
SELECT * FROM price_observations WHERE product_id = @product_id ORDER BY at DESC LIMIT 1;

-- name: PriceInsert :copyfrom
INSERT INTO price_observations (product_id, at, last_seen_at, amount, currency)
VALUES (@product_id, @at, @last_seen_at, @amount, @currency);

-- name: PriceSeenAgain :exec
UPDATE price_observations SET last_seen_at = @last_seen_at WHERE product_id = @product_id AND at = @at;

-- name: PriceListSince :many
-- What the feed told of the listing of an article, oldest first: also for who asks by what they bought before it was listed.
SELECT price_observations.* FROM price_observations JOIN products ON products.id = price_observations.product_id
WHERE products.user_id IS NULL AND products.merchant_id = @merchant_id AND products.sku = @sku AND price_observations.last_seen_at >= @since
ORDER BY price_observations.at;

-- name: PriceList :many
-- Prices of an article, newest first: those the feed told to everybody, and those the user paid. Key tells prices of one
-- moment apart.
SELECT seen.at::timestamptz AS at, seen.last_seen_at::timestamptz AS last_seen_at, seen.amount::bigint AS amount,
    seen.currency::text AS currency, seen.source::text AS source, seen.key::text AS key
FROM (
    SELECT price_observations.at, price_observations.last_seen_at, price_observations.amount, price_observations.currency,
        'feed' AS source, '' AS key
    FROM price_observations JOIN products ON products.id = price_observations.product_id
    WHERE products.user_id IS NULL AND products.merchant_id = @merchant_id AND products.sku = @sku::text
    UNION ALL
    SELECT transactions.placed_at, transactions.placed_at, item.unit_price, transactions.currency,
        'order', transactions.id || '/' || lpad(item.ordinal::text, 6, '0')
    FROM transactions JOIN transaction_items item ON item.transaction_id = transactions.id
    WHERE transactions.user_id = @user_id AND transactions.merchant_id = @merchant_id AND item.product_id = @sku::text
        AND item.unit_price > 0 AND transactions.status NOT IN ('cancelled', 'failed')
) seen
WHERE (seen.at, seen.key) < (@before_at::timestamptz, @before_key::text)
ORDER BY seen.at DESC, seen.key DESC
LIMIT @row_limit;
