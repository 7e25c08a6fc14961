-- +goose Up

-- Odd cents go round among the members: this counts how many were handed out.
ALTER TABLE group_contexts ADD COLUMN odd_units bigint NOT NULL DEFAULT 0 CHECK (odd_units >= 0);

-- People of the ledger are named without a foreign key: what they owe and are owed stays when they are gone.
CREATE TABLE expenses (
    id             uuid PRIMARY KEY,
    group_id       uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    description    text NOT NULL CHECK (description <> ''),
    category       text,
    note           text,
    spent_on       date NOT NULL,
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total          bigint NOT NULL,
    method         text NOT NULL CHECK (method IN ('equal', 'shares', 'percentages', 'amounts', 'items')),
    -- Who paid, who carries what, and what each had. They add up to the total together or not at all, so they are read and
    -- replaced as a whole: a row is one version of an expense.
    parts          jsonb NOT NULL,
    transaction_id uuid REFERENCES transactions (id) ON DELETE SET NULL,
    -- Where the odd cents of this expense began, and how many there were.
    seed           bigint NOT NULL,
    spare          bigint NOT NULL,
    version        bigint NOT NULL DEFAULT 1,
    created_by     uuid NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    deleted_at     timestamptz
);
CREATE INDEX expenses_group ON expenses (group_id, spent_on DESC, id DESC);

-- Who changed what. Written once, never changed.
CREATE TABLE expense_changes (
    expense_id uuid NOT NULL REFERENCES expenses (id) ON DELETE CASCADE,
    version    bigint NOT NULL,
    action     text NOT NULL CHECK (action IN ('created', 'updated', 'deleted', 'restored', 'share_paid', 'share_pending')),
    user_id    uuid NOT NULL,
    user_name  text NOT NULL, -- as it was then
    at         timestamptz NOT NULL,
    changes    jsonb NOT NULL,
    PRIMARY KEY (expense_id, version)
);

CREATE TABLE settlements (
    id                uuid PRIMARY KEY,
    group_id          uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    from_user         uuid NOT NULL,
    to_user           uuid NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount            bigint NOT NULL CHECK (amount > 0),
    status            text NOT NULL CHECK (status IN ('proposed', 'confirmed', 'voided')),
    -- How it was paid in another currency, by the payer's word.
    exchange_currency text CHECK (exchange_currency ~ '^[A-Z]{3}$'),
    exchange_amount   bigint CHECK (exchange_amount > 0),
    exchange_rate     text,
    exchange_source   text,
    -- Of a payment that marks a share paid. Deleting the expense voids it, and restoring brings back what that voided.
    expense_id        uuid REFERENCES expenses (id) ON DELETE CASCADE,
    voided_with       boolean NOT NULL DEFAULT false,
    created_by        uuid NOT NULL,
    created_at        timestamptz NOT NULL,
    confirmed_at      timestamptz,
    voided_at         timestamptz,
    CONSTRAINT settlements_two_people CHECK (from_user <> to_user),
    CONSTRAINT settlements_exchange CHECK (num_nonnulls(exchange_currency, exchange_amount, exchange_rate, exchange_source) IN (0, 4))
);
CREATE INDEX settlements_group ON settlements (group_id, created_at DESC, id DESC);
CREATE INDEX settlements_expense ON settlements (expense_id) WHERE expense_id IS NOT NULL;

-- +goose Down
DROP TABLE settlements, expense_changes, expenses;
ALTER TABLE group_contexts DROP COLUMN odd_units;
