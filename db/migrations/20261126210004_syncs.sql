-- +goose Up
ALTER TABLE linked_accounts
    -- Moves with every sync that is written: of two that read at once, the one that read first must not write last.
    ADD COLUMN syncs bigint NOT NULL DEFAULT 0;
ALTER TABLE transactions
    -- SHA-256 of the order as the vendor last told it; null where it was stored before this was kept.
    ADD COLUMN digest bytea;

-- +goose Down
ALTER TABLE transactions DROP COLUMN digest;
ALTER TABLE linked_accounts DROP COLUMN syncs;
