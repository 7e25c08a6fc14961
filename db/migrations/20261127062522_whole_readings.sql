-- +goose Up
ALTER TABLE linked_accounts
    -- When the reading from the beginning began that sync_cursor belongs to. Null where none is under way: sync_cursor then
    -- stands behind all that was read before.
    ADD COLUMN read_whole_since timestamptz;

-- +goose Down
ALTER TABLE linked_accounts DROP COLUMN read_whole_since;
