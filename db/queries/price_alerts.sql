-- name: PriceAlertInsert :one
-- No row where the user waits for the very same price already.
INSERT INTO price_alerts (id, user_id, product_id, direction, currency, threshold, percent_bps, reference, rearm, hysteresis_bps,
    quiet_from, quiet_to, expires_at, phase, hint, created_at)
VALUES (@id, @user_id, @product_id, @direction, @currency, @threshold, @percent_bps, @reference, @rearm, @hysteresis_bps,
    @quiet_from, @quiet_to, @expires_at, 'armed', @hint, @created_at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: PriceAlertGet :one
SELECT * FROM price_alerts WHERE id = @id AND user_id = @user_id;

-- name: PriceAlertGetForUpdate :one
SELECT * FROM price_alerts WHERE id = @id AND user_id = @user_id FOR UPDATE;

-- name: PriceAlertCountOpen :one
SELECT count(*) FROM price_alerts WHERE user_id = @user_id AND phase IN ('armed', 'resting');

-- name: PriceAlertList :many
SELECT * FROM price_alerts
WHERE user_id = @user_id AND (created_at, id) < (@before_created_at::timestamptz, @before_id::uuid)
ORDER BY created_at DESC, id DESC
LIMIT @row_limit;

-- name: PriceAlertUpdate :one
-- What the user changed, and how the alert stands after it.
UPDATE price_alerts SET direction = @direction, currency = @currency, threshold = @threshold, percent_bps = @percent_bps,
    reference = @reference, rearm = @rearm, quiet_from = @quiet_from, quiet_to = @quiet_to, expires_at = @expires_at,
    phase = @phase, checked_at = @checked_at, seen_at = @seen_at, held = @held, hint = @hint, version = version + 1
WHERE id = @id
RETURNING *;

-- name: PriceAlertDelete :execrows
DELETE FROM price_alerts WHERE id = @id AND user_id = @user_id;

-- name: PriceAlertListOpen :many
SELECT id FROM price_alerts WHERE phase IN ('armed', 'resting') AND id > @after_id ORDER BY id LIMIT @row_limit;

-- name: PriceAlertPeek :one
-- An open alert with what it takes to look at its price, without holding it.
SELECT price_alerts.user_id, price_alerts.product_id, price_alerts.seen_at, products.merchant_id, products.sku
FROM price_alerts JOIN products ON products.id = price_alerts.product_id
WHERE price_alerts.id = @id AND price_alerts.phase IN ('armed', 'resting');

-- name: PriceAlertClaim :one
-- Held by one worker at a time; whoever comes second finds nothing and leaves it to the first.
SELECT sqlc.embed(price_alerts), settings.time_zone, products.name AS product_name, products.url AS product_url,
    merchants.name AS merchant_name
FROM price_alerts
JOIN settings ON settings.user_id = price_alerts.user_id
JOIN products ON products.id = price_alerts.product_id
JOIN merchants ON merchants.id = products.merchant_id
WHERE price_alerts.id = @id AND price_alerts.phase IN ('armed', 'resting')
FOR UPDATE OF price_alerts SKIP LOCKED;

-- name: PriceAlertStep :exec
UPDATE price_alerts SET phase = @phase, checked_at = @checked_at, seen_at = @seen_at, fired_at = @fired_at, held = @held,
    hint = @hint
WHERE id = @id;

-- name: PriceAlertFiringInsert :exec
INSERT INTO price_alert_firings (id, alert_id, cause, amount, currency, target, seen_at, fired_at)
VALUES (@id, @alert_id, @cause, @amount, @currency, @target, @seen_at, @fired_at);

-- name: PriceNewestOf :one
-- What an article costs now: as its listing has it, else as the user last paid for it.
SELECT newest.amount::bigint AS amount, newest.currency::text AS currency, newest.seen_at::timestamptz AS seen_at
FROM (
    (SELECT 0 AS rank, price_observations.amount, price_observations.currency, price_observations.last_seen_at AS seen_at
        FROM price_observations JOIN products ON products.id = price_observations.product_id
        WHERE products.user_id IS NULL AND products.merchant_id = @merchant_id AND products.sku = @sku::text
        ORDER BY price_observations.at DESC LIMIT 1)
    UNION ALL
    (SELECT 1, item.unit_price, transactions.currency, transactions.placed_at
        FROM transactions JOIN transaction_items item ON item.transaction_id = transactions.id
        WHERE transactions.user_id = @user_id AND transactions.merchant_id = @merchant_id AND item.product_id = @sku::text
            AND item.unit_price > 0 AND transactions.status NOT IN ('cancelled', 'failed')
        ORDER BY transactions.placed_at DESC, transactions.id DESC, item.ordinal LIMIT 1)
) newest
ORDER BY newest.rank
LIMIT 1;
