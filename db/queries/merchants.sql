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
