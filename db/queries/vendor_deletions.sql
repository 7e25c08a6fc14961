-- name: VendorDeletionListOpen :many
-- Deletions the vendor has not confirmed, of those asked for a while ago.
SELECT vendor_user_ref FROM vendor_deletions WHERE vendor = @vendor AND mock = @mock AND done_at IS NULL AND asked_at < @before
ORDER BY asked_at LIMIT @row_limit;
