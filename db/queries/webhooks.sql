-- name: WebhookInsert :execrows
-- The same body again is nothing new.
INSERT INTO vendor_webhooks (id, vendor, digest, event, hint, received_at)
VALUES (@id, @vendor, @digest, @event, @hint, @received_at)
ON CONFLICT (vendor, digest) DO NOTHING;

-- name: WebhookGet :one
SELECT * FROM vendor_webhooks WHERE id = @id;

-- name: WebhookWorked :exec
-- The commit is not waited for until it is on the disk: in a burst the disk is for the webhooks that are to be answered. What
-- a crash takes back is worked again, for the end of the job was written after it and is taken back with it.
UPDATE vendor_webhooks SET worked_at = @now, outcome = @outcome
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS lazily
WHERE id = @id;

-- name: WebhookDeleteOld :execrows
DELETE FROM vendor_webhooks WHERE received_at < @before;
