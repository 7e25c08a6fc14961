-- +goose Up
-- The very same price is waited for once; a percentage counts from the price of the day it was set. Both targets are above
-- zero and one of them is given, so that their signs tell them apart.
DELETE FROM price_alerts newer USING price_alerts older
WHERE newer.user_id = older.user_id AND newer.product_id = older.product_id AND newer.direction = older.direction
    AND COALESCE(newer.threshold, -newer.percent_bps) = COALESCE(older.threshold, -older.percent_bps)
    AND (newer.percent_bps IS NULL OR newer.reference = older.reference)
    AND newer.phase IN ('armed', 'resting') AND older.phase IN ('armed', 'resting') AND newer.id > older.id;
CREATE UNIQUE INDEX price_alerts_twin ON price_alerts (
    user_id, product_id, direction, COALESCE(threshold, -percent_bps), (CASE WHEN percent_bps IS NOT NULL THEN reference ELSE 0 END)
) WHERE phase IN ('armed', 'resting');

-- +goose Down
DROP INDEX price_alerts_twin;
