-- name: OnboardingSessionDeleteUnclaimed :many
-- What strangers began and nobody claimed in time. The vendor may know them all the same.
DELETE FROM onboarding_sessions WHERE user_id IS NULL AND mock = @mock AND expires_at < @before
RETURNING vendor_user_ref;

-- name: OnboardingSessionListAbandoned :many
-- Sessions of users that were begun a while ago, never completed, and not looked at since they were over.
SELECT * FROM onboarding_sessions
WHERE user_id IS NOT NULL AND mock = @mock AND completed_at IS NULL AND created_at > @since AND created_at <= @before
    AND (looked_at IS NULL OR (looked_at < expires_at AND looked_at <= @before))
ORDER BY created_at LIMIT @row_limit;

-- name: OnboardingSessionLooked :exec
UPDATE onboarding_sessions SET looked_at = @now WHERE id = @id;
