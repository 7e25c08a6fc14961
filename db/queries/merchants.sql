-- name: MerchantUpsert :exec
INSERT INTO merchants (id, slug, name, category, logo_url, aliases, products, accepted_networks, linkable, return_days)
VALUES (@id, @slug, @name, @category, @logo_url, @aliases, @products, @accepted_networks, @linkable, @return_days)
ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, category = excluded.category, logo_url = excluded.logo_url,
    aliases = excluded.aliases, products = excluded.products, accepted_networks = excluded.accepted_networks, linkable = excluded.linkable,
    return_days = excluded.return_days;

-- name: MerchantList :many
SELECT * FROM merchants ORDER BY id;

-- name: MerchantCategory :one
SELECT category FROM merchants WHERE id = @id;

-- name: MerchantInsertUnknown :exec
-- A merchant the vendor knows and the catalogue does not: it can be linked, and sells one cannot say what.
INSERT INTO merchants (id, slug, name, category, logo_url, aliases, products, linkable)
VALUES (@id, 'knot-' || @id::bigint, @name, 'online_retail', @logo_url, '{}', '{}', true)
ON CONFLICT (id) DO NOTHING;

-- name: MerchantOfferDeleteAll :exec
DELETE FROM merchant_offers;

-- name: MerchantOfferInsert :exec
-- Of two that read the list at once, the later one counts.
INSERT INTO merchant_offers (merchant_id, product, listed_at) SELECT unnest(@merchant_ids::bigint[]), @product, @listed_at
ON CONFLICT (merchant_id, product) DO UPDATE SET listed_at = excluded.listed_at;

-- name: MerchantOfferList :many
SELECT merchant_id, product FROM merchant_offers ORDER BY merchant_id, product;
