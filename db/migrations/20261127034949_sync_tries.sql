-- +goose Up
ALTER TABLE linked_accounts
    -- When a sync last ended without having read all there is.
    ADD COLUMN sync_tried_at timestamptz;

-- +goose Down
ALTER TABLE linked_accounts DROP COLUMN sync_tried_at;
