-- +goose Up
-- An order is known by the vendor's id: the merchant's own may be missing or stand on several.
ALTER TABLE transactions ADD COLUMN vendor_id text NOT NULL DEFAULT gen_random_uuid()::text;
UPDATE transactions SET vendor_id = external_id;
ALTER TABLE transactions
    DROP CONSTRAINT transactions_external,
    ADD CONSTRAINT transactions_vendor UNIQUE (account_id, vendor_id);

ALTER TABLE linked_accounts
    -- Where the next sync goes on; it commits with the rows before it. Null begins at the beginning.
    ADD COLUMN sync_cursor text,
    -- Until when somebody syncs this account; whoever does carries the value of syncs they found when they took it.
    ADD COLUMN sync_until timestamptz,
    -- Grows with every reason to sync. A sync that sees it grow while it works goes on.
    ADD COLUMN sync_asked bigint NOT NULL DEFAULT 0,
    -- When the account was last read from the beginning to the end.
    ADD COLUMN read_whole_at timestamptz;

-- Orders the vendor says have changed, to be asked for one by one.
CREATE TABLE account_rereads (
    account_id uuid NOT NULL REFERENCES linked_accounts (id) ON DELETE CASCADE,
    vendor_id  text NOT NULL,
    asked      bigint NOT NULL, -- sync_asked when it was told
    PRIMARY KEY (account_id, vendor_id)
);

-- What vendors told by themselves, kept for some days. It is a hint to look, not to be believed.
CREATE TABLE vendor_webhooks (
    id          uuid PRIMARY KEY,
    vendor      text NOT NULL,
    digest      bytea NOT NULL, -- SHA-256 of the body: the same one again is nothing new
    event       text NOT NULL,
    hint        jsonb NOT NULL, -- the fields that may lead to something
    received_at timestamptz NOT NULL,
    worked_at   timestamptz,
    outcome     text,
    CONSTRAINT vendor_webhooks_digest UNIQUE (vendor, digest)
);
CREATE INDEX vendor_webhooks_received ON vendor_webhooks (received_at);

-- Attempts to put a card on file at a merchant.
CREATE TABLE card_switches (
    id           uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES linked_accounts (id) ON DELETE CASCADE,
    session_id   uuid NOT NULL,
    task_id      text NOT NULL,
    card_id      uuid REFERENCES cards (id) ON DELETE SET NULL,
    status       text NOT NULL CHECK (status IN ('requested', 'sent', 'updated', 'failed')),
    reason       text,
    requested_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL, -- for the card to be sent
    CONSTRAINT card_switches_task UNIQUE (account_id, task_id)
);
CREATE INDEX card_switches_account ON card_switches (account_id, requested_at DESC);

-- People the vendor is to forget, and has.
CREATE TABLE vendor_deletions (
    vendor          text NOT NULL,
    vendor_user_ref text NOT NULL,
    asked_at        timestamptz NOT NULL,
    done_at         timestamptz,
    PRIMARY KEY (vendor, vendor_user_ref)
);

-- What the vendor offers where, as of its last list. Empty where there is none: then the catalogue counts.
CREATE TABLE merchant_offers (
    merchant_id bigint NOT NULL REFERENCES merchants (id),
    product     text NOT NULL CHECK (product IN ('transactions', 'card_switcher')),
    listed_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, product)
);

-- +goose Down
DROP TABLE merchant_offers, vendor_deletions, card_switches, vendor_webhooks, account_rereads;
ALTER TABLE linked_accounts DROP COLUMN read_whole_at, DROP COLUMN sync_asked, DROP COLUMN sync_until, DROP COLUMN sync_cursor;
ALTER TABLE transactions DROP CONSTRAINT transactions_vendor, DROP COLUMN vendor_id,
    ADD CONSTRAINT transactions_external UNIQUE (account_id, external_id);
