-- name: CardProductUpsert :exec
INSERT INTO card_products (id, slug, issuer, name, network, currency, annual_fee, foreign_fee_bps, program, point_value, choice_groups, only_at, rule_version, catalogue, source, as_of, illustrative, note)
VALUES (@id, @slug, @issuer, @name, @network, @currency, @annual_fee, @foreign_fee_bps, @program, @point_value, @choice_groups, @only_at, @rule_version, @catalogue, @source, @as_of, @illustrative, @note)
ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, issuer = excluded.issuer, name = excluded.name, network = excluded.network, currency = excluded.currency, annual_fee = excluded.annual_fee, foreign_fee_bps = excluded.foreign_fee_bps, program = excluded.program, point_value = excluded.point_value, choice_groups = excluded.choice_groups, only_at = excluded.only_at, rule_version = excluded.rule_version, catalogue = excluded.catalogue, source = excluded.source, as_of = excluded.as_of, illustrative = excluded.illustrative, note = excluded.note;

-- name: RewardRuleDeleteForProduct :exec
DELETE FROM reward_rules WHERE product_id = @product_id;

-- name: RewardRuleInsert :exec
INSERT INTO reward_rules (id, product_id, ordinal, kind, category, merchant_slug, label, rate_bps, cap_amount, cap_period, shared_cap_group, valid_from, valid_to, quarter, requires_activation, choice_group, domestic_only, excluded_merchants, source, as_of, illustrative, note)
VALUES (@id, @product_id, @ordinal, @kind, @category, @merchant_slug, @label, @rate_bps, @cap_amount, @cap_period, @shared_cap_group, @valid_from, @valid_to, @quarter, @requires_activation, @choice_group, @domestic_only, @excluded_merchants, @source, @as_of, @illustrative, @note);

-- name: CardProductList :many
SELECT * FROM card_products
WHERE (@q::text = '' OR strpos(lower(issuer || ' ' || name), lower(@q::text)) > 0)
    AND (issuer, name, id) > (@after_issuer::text, @after_name::text, @after_id::uuid)
ORDER BY issuer, name, id
LIMIT @row_limit;

-- name: CardProductListByID :many
SELECT * FROM card_products WHERE id = ANY(@ids::uuid[]) ORDER BY id;

-- name: RewardRuleListForProducts :many
SELECT * FROM reward_rules WHERE product_id = ANY(@product_ids::uuid[]) ORDER BY product_id, ordinal;

-- name: RuleVersionInsert :exec
-- What was loaded under a version stays as it was: the version is made from the content.
INSERT INTO rule_versions (version, products) VALUES (@version, @products)
ON CONFLICT (version) DO NOTHING;

-- name: RuleVersionGet :one
SELECT products FROM rule_versions WHERE version = @version;

-- name: CardInsert :exec
INSERT INTO cards (id, user_id, product_id, nickname, last_four, currency, limit_amount, balance, point_value, choices, activations, created_at)
VALUES (@id, @user_id, @product_id, @nickname, @last_four, @currency, @limit_amount, @balance, @point_value, @choices, @activations, @created_at);

-- name: CardListForUser :many
SELECT * FROM cards
WHERE user_id = @user_id AND status = 'active' AND (created_at, id) > (@after_created_at::timestamptz, @after_id::uuid)
ORDER BY created_at, id
LIMIT @row_limit;

-- name: CardListActive :many
-- With the version of each product's terms, so that products need be read only when they have changed, and what for the
-- user chose the card.
SELECT sqlc.embed(cards), card_products.rule_version, card_products.catalogue,
    ARRAY(SELECT card_choices.scope FROM card_choices WHERE card_choices.card_id = cards.id ORDER BY card_choices.scope)::text[] AS chosen_for
FROM cards JOIN card_products ON card_products.id = cards.product_id
WHERE cards.user_id = @user_id AND cards.status = 'active' ORDER BY cards.created_at, cards.id;

-- name: CardExists :one
SELECT EXISTS (SELECT 1 FROM cards WHERE id = @id AND user_id = @user_id AND status = 'active');

-- name: CardProductGetBySlug :one
SELECT id, currency FROM card_products WHERE slug = @slug;

-- name: CardGet :one
SELECT * FROM cards WHERE id = @id AND user_id = @user_id;

-- name: CardGetForUpdate :one
-- Locked, so that of two changes at once the second sees the version the first made.
SELECT * FROM cards WHERE id = @id AND user_id = @user_id AND status = 'active' FOR UPDATE;

-- name: CardUpdate :one
UPDATE cards SET
    product_id = @product_id,
    nickname = @nickname,
    last_four = @last_four,
    currency = @currency,
    limit_amount = @limit_amount,
    balance = @balance,
    point_value = @point_value,
    choices = @choices,
    activations = @activations,
    version = version + 1
WHERE id = @id AND user_id = @user_id AND status = 'active'
RETURNING *;

-- name: CardRemove :execrows
-- The row stays, for the answers that name it.
UPDATE cards SET status = 'removed', version = version + 1 WHERE id = @id AND user_id = @user_id AND status = 'active';
