-- name: WebhookInsert :execrows
-- The same body again is nothing new.
INSERT INTO vendor_webhooks (id, vendor, digest, event, hint, received_at)
VALUES (@id, @vendor, @digest, @event, @hint, @received_at)
ON CONFLICT (vendor, digest) DO NOTHING;

-- name: WebhookGet :one
SELECT * FROM vendor_webhooks WHERE id = @id;

-- name: WebhookWorked :exec
UPDATE vendor_webhooks SET worked_at = @now, outcome = @outcome WHERE id = @id;

-- name: WebhookDeleteOld :execrows
DELETE FROM vendor_webhooks WHERE received_at < @before;
