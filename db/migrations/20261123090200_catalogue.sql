-- +goose Up
-- Reference data, loaded from db/seed by every migrate.
CREATE TABLE merchants (
    id                bigint PRIMARY KEY, -- the vendor's number where it has one
    slug              text NOT NULL CONSTRAINT merchants_slug UNIQUE,
    name              text NOT NULL,
    category          text NOT NULL,
    logo_url          text NOT NULL DEFAULT '',
    aliases           text[] NOT NULL DEFAULT '{}',
    products          text[] NOT NULL DEFAULT '{}',
    accepted_networks text[] NOT NULL DEFAULT '{}', -- empty: all
    linkable          boolean NOT NULL DEFAULT false
);

CREATE TABLE card_products (
    id              uuid PRIMARY KEY,
    slug            text NOT NULL CONSTRAINT card_products_slug UNIQUE,
    issuer          text NOT NULL,
    name            text NOT NULL,
    network         text NOT NULL,
    currency        text NOT NULL,
    annual_fee      bigint NOT NULL, -- minor units
    foreign_fee_bps bigint NOT NULL,
    program         text NOT NULL CHECK (program IN ('cash', 'points')),
    point_value     bigint NOT NULL, -- hundredths of a cent
    choice_groups   jsonb NOT NULL DEFAULT '[]',
    only_at         text[] NOT NULL DEFAULT '{}', -- a store card: merchant slugs
    rule_version    text NOT NULL,
    source          text NOT NULL,
    as_of           date NOT NULL,
    illustrative    boolean NOT NULL,
    note            text NOT NULL DEFAULT ''
);

CREATE TABLE reward_rules (
    id                  uuid PRIMARY KEY,
    product_id          uuid NOT NULL REFERENCES card_products (id) ON DELETE CASCADE,
    ordinal             integer NOT NULL,
    kind                text NOT NULL CHECK (kind IN ('base', 'category', 'merchant')),
    category            text NOT NULL DEFAULT '',
    merchant_slug       text NOT NULL DEFAULT '',
    label               text NOT NULL,
    rate_bps            bigint NOT NULL, -- of the spend, at one cent per point
    cap_amount          bigint,
    cap_period          text NOT NULL DEFAULT '' CHECK (cap_period IN ('', 'month', 'quarter', 'year')),
    shared_cap_group    text NOT NULL DEFAULT '',
    valid_from          date,
    valid_to            date,
    quarter             text NOT NULL DEFAULT '',
    requires_activation boolean NOT NULL DEFAULT false,
    choice_group        text NOT NULL DEFAULT '',
    domestic_only       boolean NOT NULL DEFAULT false,
    excluded_merchants  text[] NOT NULL DEFAULT '{}',
    source              text NOT NULL,
    as_of               date NOT NULL,
    illustrative        boolean NOT NULL,
    note                text NOT NULL DEFAULT '',
    CONSTRAINT reward_rules_cap CHECK ((cap_amount IS NULL) = (cap_period = '')),
    CONSTRAINT reward_rules_order UNIQUE (product_id, ordinal)
);

CREATE TABLE cards (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    product_id  uuid NOT NULL REFERENCES card_products (id),
    nickname    text,
    last_four   text CHECK (last_four ~ '^[0-9]{4}$'),
    currency    text NOT NULL,
    limit_amount bigint,
    balance     bigint,
    point_value bigint, -- hundredths of a cent; null for the product's own
    choices     text[] NOT NULL DEFAULT '{}',
    activations text[] NOT NULL DEFAULT '{}', -- quarters such as 2026-Q4, and rule ids
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'removed')),
    created_at  timestamptz NOT NULL
);
CREATE INDEX cards_user ON cards (user_id, created_at, id) WHERE status = 'active';

-- +goose Down
DROP TABLE cards, reward_rules, card_products, merchants;
