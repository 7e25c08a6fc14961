-- +goose Up
-- How long a merchant takes things back; null where that is not known.
ALTER TABLE merchants ADD COLUMN return_days integer CHECK (return_days > 0);

-- +goose StatementBegin
-- An id of version 7 (RFC 9562), for rows that the database makes itself.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;
-- +goose StatementEnd

-- What prices are of: an article of a merchant. Without a user it is a listing of the feed, which everybody sees; with one
-- it is something that person bought and the feed does not list, and nobody else may learn of it.
CREATE TABLE products (
    id           uuid PRIMARY KEY,
    user_id      uuid REFERENCES users (id) ON DELETE CASCADE,
    merchant_id  bigint NOT NULL REFERENCES merchants (id),
    sku          text NOT NULL CHECK (sku <> ''), -- the merchant's
    name         text NOT NULL,
    url          text,
    currency     text NOT NULL, -- of the listing; prices in another are never compared
    availability text NOT NULL CHECK (availability IN ('in_stock', 'out_of_stock', 'unknown')),
    mock         boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT products_own CHECK (user_id IS NULL OR availability = 'unknown')
);
CREATE UNIQUE INDEX products_listing ON products (merchant_id, sku) WHERE user_id IS NULL;
CREATE UNIQUE INDEX products_owned ON products (user_id, merchant_id, sku) WHERE user_id IS NOT NULL;
CREATE INDEX products_name ON products (name, id) WHERE user_id IS NULL;
CREATE INDEX products_words ON products USING gin (to_tsvector('simple', name));

-- Prices the feed told: each row is a price and the time over which it was told again and again. What users paid is not
-- copied here; it stands in transaction_items and is theirs alone.
CREATE TABLE price_observations (
    product_id   uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    at           timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    currency     text NOT NULL,
    PRIMARY KEY (product_id, at),
    CONSTRAINT price_observations_order CHECK (at <= last_seen_at)
);

CREATE INDEX transaction_items_product ON transaction_items (product_id, transaction_id) WHERE product_id IS NOT NULL;

-- +goose StatementBegin
-- What somebody bought can be asked about: whoever stores an order need not think of it.
CREATE FUNCTION transaction_items_own_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO products (id, user_id, merchant_id, sku, name, currency, availability, mock, created_at)
    SELECT uuid_v7(), bought.user_id, bought.merchant_id, bought.product_id, bought.name, bought.currency, 'unknown', bought.mock, bought.placed_at
    FROM (
        SELECT DISTINCT ON (transactions.user_id, transactions.merchant_id, item.product_id)
            transactions.user_id, transactions.merchant_id, item.product_id, item.name, transactions.currency,
            transactions.placed_at, linked_accounts.mock
        FROM new_rows item
        JOIN transactions ON transactions.id = item.transaction_id
        JOIN linked_accounts ON linked_accounts.id = transactions.account_id
        WHERE item.product_id <> ''
        ORDER BY transactions.user_id, transactions.merchant_id, item.product_id, transactions.placed_at DESC, item.ordinal
    ) bought
    ON CONFLICT (user_id, merchant_id, sku) WHERE user_id IS NOT NULL DO UPDATE SET name = excluded.name, currency = excluded.currency
        WHERE (products.name, products.currency) <> (excluded.name, excluded.currency);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER transaction_items_inserted AFTER INSERT ON transaction_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transaction_items_own_products();

-- +goose StatementBegin
-- What was bought is forgotten with the last order of it: unlinking an account deletes its orders, and leaves no names.
CREATE FUNCTION transactions_forget_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM products
    USING (SELECT DISTINCT user_id, merchant_id FROM old_rows) gone
    WHERE products.user_id = gone.user_id AND products.merchant_id = gone.merchant_id AND NOT EXISTS (
        SELECT 1 FROM transaction_items item JOIN transactions ON transactions.id = item.transaction_id
        WHERE item.product_id = products.sku AND transactions.user_id = products.user_id AND transactions.merchant_id = products.merchant_id
    );
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER transactions_forgotten AFTER DELETE ON transactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_forget_products();

INSERT INTO products (id, user_id, merchant_id, sku, name, currency, availability, mock, created_at)
SELECT uuid_v7(), bought.user_id, bought.merchant_id, bought.product_id, bought.name, bought.currency, 'unknown', bought.mock, bought.placed_at
FROM (
    SELECT DISTINCT ON (transactions.user_id, transactions.merchant_id, item.product_id)
        transactions.user_id, transactions.merchant_id, item.product_id, item.name, transactions.currency,
        transactions.placed_at, linked_accounts.mock
    FROM transaction_items item
    JOIN transactions ON transactions.id = item.transaction_id
    JOIN linked_accounts ON linked_accounts.id = transactions.account_id
    WHERE item.product_id <> ''
    ORDER BY transactions.user_id, transactions.merchant_id, item.product_id, transactions.placed_at DESC, item.ordinal
) bought;

-- +goose Down
DROP TRIGGER transactions_forgotten ON transactions;
DROP TRIGGER transaction_items_inserted ON transaction_items;
DROP FUNCTION transactions_forget_products();
DROP FUNCTION transaction_items_own_products();
DROP INDEX transaction_items_product;
DROP TABLE price_observations, products;
DROP FUNCTION uuid_v7();
ALTER TABLE merchants DROP COLUMN return_days;
