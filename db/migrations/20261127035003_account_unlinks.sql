-- +goose Up
-- How often somebody has unlinked an account. What was read at the vendor before the last time is not stored.
CREATE TABLE account_unlinks (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    unlinks bigint NOT NULL
);

-- A session has one task: the number of a task is not signed, so a second one could be anybody's.
DELETE FROM card_switches USING card_switches AS later
WHERE later.session_id = card_switches.session_id AND (later.requested_at, later.id) > (card_switches.requested_at, card_switches.id);
ALTER TABLE card_switches ADD CONSTRAINT card_switches_session UNIQUE (session_id);

-- A person may be known to the vendor and to its stand-in by the same reference.
ALTER TABLE vendor_deletions ADD COLUMN mock boolean NOT NULL DEFAULT false;
ALTER TABLE vendor_deletions ALTER COLUMN mock DROP DEFAULT;
ALTER TABLE vendor_deletions DROP CONSTRAINT vendor_deletions_pkey, ADD PRIMARY KEY (vendor, vendor_user_ref, mock);

-- +goose Down
DELETE FROM vendor_deletions WHERE mock;
ALTER TABLE vendor_deletions DROP CONSTRAINT vendor_deletions_pkey, ADD PRIMARY KEY (vendor, vendor_user_ref);
ALTER TABLE vendor_deletions DROP COLUMN mock;
ALTER TABLE card_switches DROP CONSTRAINT card_switches_session;
DROP TABLE account_unlinks;
