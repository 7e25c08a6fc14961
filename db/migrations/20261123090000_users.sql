-- +goose Up
CREATE TABLE users (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL CHECK (name <> ''),
    email               text NOT NULL,
    -- What uniqueness is judged by: the address in lower case.
    email_key           text NOT NULL CONSTRAINT users_email_key UNIQUE,
    email_verified      boolean NOT NULL DEFAULT false,
    password_hash       text NOT NULL,
    password_changed_at timestamptz NOT NULL,
    onboarding_status   text NOT NULL DEFAULT 'incomplete' CHECK (onboarding_status IN ('incomplete', 'complete')),
    created_at          timestamptz NOT NULL,
    -- Moves whenever orders or cards of the user change; insights older than it are stale.
    data_changed_at     timestamptz NOT NULL
);

CREATE TABLE sessions (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device     text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id) WHERE revoked_at IS NULL;

CREATE TABLE refresh_tokens (
    id         uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- SHA-256 of the token: it is 256 random bits, so a slow hash would add nothing.
    token_hash bytea NOT NULL CONSTRAINT refresh_tokens_hash UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE settings (
    user_id             uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    notify_email        boolean NOT NULL DEFAULT true,
    notify_push         boolean NOT NULL DEFAULT false,
    spending_alerts     boolean NOT NULL DEFAULT true,
    reward_reminders    boolean NOT NULL DEFAULT true,
    share_spending_data boolean NOT NULL DEFAULT true,
    analytics           boolean NOT NULL DEFAULT false,
    ai_enabled          boolean NOT NULL DEFAULT true,
    auto_suggestions    boolean NOT NULL DEFAULT true,
    show_thinking       boolean NOT NULL DEFAULT true,
    theme               text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
    currency            text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
    date_format         text NOT NULL DEFAULT 'MM/DD/YYYY' CHECK (date_format IN ('MM/DD/YYYY', 'DD/MM/YYYY', 'YYYY-MM-DD')),
    time_zone           text NOT NULL DEFAULT 'UTC' CHECK (time_zone <> ''),
    version             bigint NOT NULL DEFAULT 1,
    updated_at          timestamptz NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    operation    text NOT NULL,
    key          text NOT NULL,
    -- HMAC of the body: two different bodies under one key are told apart without keeping either.
    request_hmac bytea NOT NULL,
    -- The ids of what was made, from which the answer is rebuilt.
    result       jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- Who did what to what. Never amounts, never content. Outlives the user, hence no foreign key.
CREATE TABLE audit_events (
    id          uuid PRIMARY KEY,
    user_id     uuid,
    action      text NOT NULL,
    target_type text NOT NULL,
    target_id   text NOT NULL,
    request_id  text NOT NULL,
    at          timestamptz NOT NULL
);
CREATE INDEX audit_events_user ON audit_events (user_id, at DESC);

-- Once-per-database work, such as the demo seed.
CREATE TABLE completed_tasks (
    name         text PRIMARY KEY,
    completed_at timestamptz NOT NULL
);

-- +goose Down
DROP TABLE completed_tasks, audit_events, idempotency_keys, settings, refresh_tokens, sessions, users;
