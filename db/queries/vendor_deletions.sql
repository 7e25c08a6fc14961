-- name: OnboardingSessionDeleteUnclaimed :many
-- What strangers began and nobody claimed in time. The vendor may know them all the same.
DELETE FROM onboarding_sessions WHERE user_id IS NULL AND mock = @mock AND expires_at < @before
RETURNING vendor_user_ref;

-- name: VendorDeletionListOpen :many
-- Deletions the vendor has not confirmed, of those asked for a while ago.
SELECT vendor_user_ref FROM vendor_deletions WHERE vendor = @vendor AND done_at IS NULL AND asked_at < @before
ORDER BY asked_at LIMIT @row_limit;
