-- +goose Up
CREATE TABLE onboarding_sessions (
    id               uuid PRIMARY KEY, -- the vendor's
    user_id          uuid REFERENCES users (id) ON DELETE CASCADE,
    product          text NOT NULL CHECK (product IN ('transactions', 'card_switcher')),
    card_id          uuid REFERENCES cards (id) ON DELETE SET NULL,
    -- Whom the vendor knows the person as: the user's id, or that of an anonymous start.
    vendor_user_ref  text NOT NULL,
    mock             boolean NOT NULL,
    claim_token_hash bytea,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    completed_at     timestamptz,
    CONSTRAINT onboarding_sessions_owner CHECK (user_id IS NOT NULL OR claim_token_hash IS NOT NULL)
);

CREATE TABLE linked_accounts (
    id                 uuid PRIMARY KEY,
    user_id            uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    merchant_id        bigint NOT NULL REFERENCES merchants (id),
    vendor_user_ref    text NOT NULL,
    account_name       text NOT NULL,
    status             text NOT NULL CHECK (status IN ('connected', 'syncing', 'login_required', 'disconnected', 'revoked')),
    reason             text,
    can_transactions   boolean NOT NULL,
    can_cards          boolean NOT NULL,
    mock               boolean NOT NULL,
    last_synced_at     timestamptz,
    created_at         timestamptz NOT NULL,
    CONSTRAINT linked_accounts_merchant UNIQUE (user_id, merchant_id)
);

CREATE TABLE transactions (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Unlinking an account deletes its orders.
    account_id      uuid NOT NULL REFERENCES linked_accounts (id) ON DELETE CASCADE,
    merchant_id     bigint NOT NULL REFERENCES merchants (id),
    external_id     text NOT NULL,
    placed_at       timestamptz NOT NULL,
    status          text NOT NULL,
    currency        text NOT NULL,
    subtotal        bigint NOT NULL,
    total           bigint NOT NULL,
    category        text NOT NULL,
    note            text,
    url             text,
    CONSTRAINT transactions_external UNIQUE (account_id, external_id)
);
CREATE INDEX transactions_user_placed ON transactions (user_id, placed_at DESC, id DESC);

CREATE TABLE transaction_items (
    transaction_id uuid NOT NULL REFERENCES transactions (id) ON DELETE CASCADE,
    ordinal        integer NOT NULL,
    name           text NOT NULL,
    product_id     text,
    quantity       integer NOT NULL CHECK (quantity > 0),
    unit_price     bigint NOT NULL,
    total          bigint NOT NULL,
    PRIMARY KEY (transaction_id, ordinal)
);

CREATE TABLE transaction_adjustments (
    transaction_id uuid NOT NULL REFERENCES transactions (id) ON DELETE CASCADE,
    ordinal        integer NOT NULL,
    type           text NOT NULL CHECK (type IN ('discount', 'tax', 'tip', 'fee', 'refund', 'other')),
    label          text NOT NULL,
    amount         bigint NOT NULL, -- positive raises the total, negative lowers it
    PRIMARY KEY (transaction_id, ordinal)
);

CREATE TABLE transaction_payment_methods (
    transaction_id uuid NOT NULL REFERENCES transactions (id) ON DELETE CASCADE,
    ordinal        integer NOT NULL,
    type           text NOT NULL,
    brand          text,
    last_four      text CHECK (last_four ~ '^[0-9]{4}$'), -- all that is ever kept of a card number
    amount         bigint NOT NULL,
    PRIMARY KEY (transaction_id, ordinal)
);

-- Receipts that a member put before a group: consent to show exactly these.
CREATE TABLE group_receipts (
    chat_id        uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    transaction_id uuid NOT NULL REFERENCES transactions (id) ON DELETE CASCADE,
    shared_by      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    shared_at      timestamptz NOT NULL,
    PRIMARY KEY (chat_id, transaction_id)
);
CREATE INDEX group_receipts_transaction ON group_receipts (transaction_id);

-- What was computed from a user's orders, replaced as a whole by each computation.
CREATE TABLE insights (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key         text NOT NULL, -- the same finding has the same key from one computation to the next
    type        text NOT NULL CHECK (type IN ('optimization', 'spending', 'rewards', 'warning', 'success')),
    title       text NOT NULL,
    description text NOT NULL,
    impact      text NOT NULL,
    amount      bigint,
    currency    text,
    action      text,
    date        date NOT NULL,
    sources     jsonb NOT NULL,
    as_of       timestamptz NOT NULL,
    CONSTRAINT insights_key UNIQUE (user_id, key)
);
CREATE INDEX insights_user ON insights (user_id, date DESC, id DESC);

CREATE TABLE insight_runs (
    user_id         uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    as_of           timestamptz NOT NULL,
    -- The users.data_changed_at this run saw.
    data_changed_at timestamptz NOT NULL
);

CREATE TABLE insight_summaries (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    month   text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
    summary jsonb NOT NULL,
    PRIMARY KEY (user_id, month)
);

-- +goose StatementBegin
-- An order that changes in any way makes what was computed from it stale, whoever changed it.
CREATE FUNCTION transactions_touch_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE users SET data_changed_at = clock_timestamp() WHERE id IN (SELECT DISTINCT user_id FROM old_rows);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE users SET data_changed_at = clock_timestamp() WHERE id IN (SELECT DISTINCT user_id FROM new_rows);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER transactions_inserted AFTER INSERT ON transactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_touch_user();
CREATE TRIGGER transactions_updated AFTER UPDATE ON transactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_touch_user();
CREATE TRIGGER transactions_deleted AFTER DELETE ON transactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_touch_user();
CREATE TRIGGER cards_inserted AFTER INSERT ON cards REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_touch_user();
CREATE TRIGGER cards_updated AFTER UPDATE ON cards REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_touch_user();
CREATE TRIGGER cards_deleted AFTER DELETE ON cards REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION transactions_touch_user();

-- +goose Down
DROP TRIGGER cards_deleted ON cards;
DROP TRIGGER cards_updated ON cards;
DROP TRIGGER cards_inserted ON cards;
DROP TABLE insight_summaries, insight_runs, insights, group_receipts, transaction_payment_methods, transaction_adjustments, transaction_items, transactions, linked_accounts, onboarding_sessions;
DROP FUNCTION transactions_touch_user();
