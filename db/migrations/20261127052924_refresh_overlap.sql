-- +goose Up
-- Which token a token was answered for, and when it was replaced by another answer to the same one: the answer that held
-- it was lost, so nobody has it, or somebody who should not.
ALTER TABLE refresh_tokens
    ADD COLUMN parent_id   uuid REFERENCES refresh_tokens (id) ON DELETE CASCADE,
    ADD COLUMN replaced_at timestamptz;
CREATE INDEX refresh_tokens_parent ON refresh_tokens (parent_id);

-- +goose Down
-- What was replaced was good for nothing; without the column it would be good again.
DELETE FROM refresh_tokens WHERE replaced_at IS NOT NULL;
ALTER TABLE refresh_tokens DROP COLUMN parent_id, DROP COLUMN replaced_at;
