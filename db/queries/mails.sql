-- name: MailInsert :execrows
-- None is inserted where one about the same was before.
INSERT INTO mails (id, kind, user_id, address, once_key, data, created_at)
VALUES (@id, @kind, @user_id, @address, @once_key, @data, @created_at)
ON CONFLICT (once_key) DO NOTHING;

-- name: MailClaim :one
-- Takes a mail that nobody is sending just now. The lease is longer than sending may take.
UPDATE mails SET status = 'sending', attempts = attempts + 1, lease_until = clock_timestamp() + @lease::interval
WHERE id = @id AND (status = 'pending' OR (status = 'sending' AND lease_until < clock_timestamp()))
RETURNING *;

-- name: MailIsOpen :one
SELECT EXISTS (SELECT 1 FROM mails WHERE id = @id AND status IN ('pending', 'sending'));

-- name: MailRelease :exec
UPDATE mails SET status = 'pending', lease_until = NULL WHERE id = @id AND status = 'sending';

-- name: MailEnd :exec
-- What was said is not kept longer than it is needed.
UPDATE mails SET status = @status, data = '{}', lease_until = NULL, ended_at = @ended_at
WHERE id = @id AND status IN ('pending', 'sending');

-- name: MailRecipient :one
SELECT users.name, users.email, settings.notify_email, settings.spending_alerts, settings.reward_reminders
FROM users JOIN settings ON settings.user_id = users.id
WHERE users.id = @user_id;

-- name: MailDeleteEnded :execrows
DELETE FROM mails WHERE ended_at < @before;
