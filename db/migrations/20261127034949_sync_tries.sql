-- +goose Up
ALTER TABLE linked_accounts
    -- When a sync last ended without having read all there is.
    ADD COLUMN sync_tried_at timestamptz;

-- When what a session has linked was last looked at without its being completed.
ALTER TABLE onboarding_sessions ADD COLUMN looked_at timestamptz;
CREATE INDEX onboarding_sessions_open ON onboarding_sessions (created_at) WHERE completed_at IS NULL;

-- +goose Down
DROP INDEX onboarding_sessions_open;
ALTER TABLE onboarding_sessions DROP COLUMN looked_at;
ALTER TABLE linked_accounts DROP COLUMN sync_tried_at;
