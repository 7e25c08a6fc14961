-- +goose Up
CREATE TABLE chats (
    id            uuid PRIMARY KEY,
    type          text NOT NULL CHECK (type IN ('solo', 'group')),
    title         text NOT NULL CHECK (title <> ''),
    ai_policy     text NOT NULL CHECK (ai_policy IN ('always', 'auto', 'mention', 'off')),
    last_position bigint NOT NULL DEFAULT 0,
    created_by    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

CREATE TABLE chat_members (
    chat_id            uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    user_id            uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role               text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    -- A member's purchases reach the group only while this is true; false on joining.
    shares_purchases   boolean NOT NULL DEFAULT false,
    last_read_position bigint NOT NULL DEFAULT 0,
    joined_at          timestamptz NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX chat_members_user ON chat_members (user_id);

CREATE TABLE messages (
    id              uuid PRIMARY KEY,
    chat_id         uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    position        bigint NOT NULL,
    sender_type     text NOT NULL CHECK (sender_type IN ('user', 'ai')),
    sender_id       uuid REFERENCES users (id) ON DELETE SET NULL,
    content         text NOT NULL,
    thinking        text[] NOT NULL DEFAULT '{}',
    action          text CHECK (action IN ('card', 'split', 'tracker')),
    drawer          jsonb,
    status          text NOT NULL CHECK (status IN ('pending', 'streaming', 'completed', 'stopped', 'failed')),
    reply_to        uuid REFERENCES messages (id) ON DELETE CASCADE,
    degraded        boolean NOT NULL DEFAULT false,
    sources         jsonb NOT NULL DEFAULT '[]',
    usage           jsonb,
    created_at      timestamptz NOT NULL,
    completed_at    timestamptz,
    -- Of a reply: the attempt that may write it (+1 per claim), until when that attempt is taken to be alive, and how
    -- many attempts have failed by themselves (dying does not count).
    fence           bigint NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    attempts        integer NOT NULL DEFAULT 0,
    CONSTRAINT messages_position UNIQUE (chat_id, position),
    CONSTRAINT messages_sender CHECK (sender_type = 'user' OR sender_id IS NULL)
);
CREATE INDEX messages_open ON messages (chat_id, position) WHERE status IN ('pending', 'streaming');

-- What a group has beside its chat.
CREATE TABLE group_contexts (
    chat_id  uuid PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);

CREATE TABLE group_invites (
    id         uuid PRIMARY KEY,
    chat_id    uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    email      text NOT NULL,
    email_key  text NOT NULL,
    role       text NOT NULL CHECK (role IN ('admin', 'member')),
    invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT group_invites_email UNIQUE (chat_id, email_key)
);

-- +goose Down
DROP TABLE group_invites, group_contexts, messages, chat_members, chats;
