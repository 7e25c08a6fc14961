-- +goose Up
-- Each webhook looks for whom the vendor means.
CREATE INDEX linked_accounts_vendor ON linked_accounts (vendor_user_ref, merchant_id);
CREATE INDEX onboarding_sessions_vendor ON onboarding_sessions (vendor_user_ref) WHERE completed_at IS NULL;

-- +goose Down
DROP INDEX onboarding_sessions_vendor;
DROP INDEX linked_accounts_vendor;
