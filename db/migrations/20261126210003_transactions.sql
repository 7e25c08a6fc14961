-- +goose Up
ALTER TABLE transactions
    -- The category is the user's own choice: no sync changes it.
    ADD COLUMN category_chosen boolean NOT NULL DEFAULT false,
    -- Moves with every change, by the user or by a sync.
    ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- A page of one merchant must not read through everything else the user bought.
CREATE INDEX transactions_user_merchant_placed ON transactions (user_id, merchant_id, placed_at DESC, id DESC);

-- +goose Down
DROP INDEX transactions_user_merchant_placed;
ALTER TABLE transactions DROP COLUMN version, DROP COLUMN category_chosen;
