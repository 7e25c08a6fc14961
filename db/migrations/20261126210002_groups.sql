-- +goose Up
-- Of a chat: moves with every change of what its members can set (title, aiPolicy, currency).
ALTER TABLE chats ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- A group has one owner, whatever happens at once.
CREATE UNIQUE INDEX chat_members_owner ON chat_members (chat_id) WHERE role = 'owner';

-- A deleted group is one whose members have been put aside: whatever asks whose chat it is finds nobody, so that there is
-- nothing to forget. Its owner can have it back until it is purged.
CREATE TABLE deleted_groups (
    chat_id    uuid PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    deleted_by uuid REFERENCES users (id) ON DELETE SET NULL,
    deleted_at timestamptz NOT NULL,
    purge_at   timestamptz NOT NULL
);
CREATE INDEX deleted_groups_purge ON deleted_groups (purge_at);
CREATE INDEX deleted_groups_by ON deleted_groups (deleted_by);

CREATE TABLE deleted_group_members (
    chat_id            uuid NOT NULL REFERENCES deleted_groups (chat_id) ON DELETE CASCADE,
    user_id            uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role               text NOT NULL,
    shares_purchases   boolean NOT NULL,
    last_read_position bigint NOT NULL,
    joined_at          timestamptz NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX deleted_group_members_user ON deleted_group_members (user_id);

-- Who was removed by others: an invitation of before does not let them in again.
CREATE TABLE group_removals (
    chat_id    uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    removed_at timestamptz NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX group_removals_user ON group_removals (user_id);

ALTER TABLE group_invites
    -- Without an address the invitation is a link, for whoever has its token.
    ALTER COLUMN email DROP NOT NULL,
    ALTER COLUMN email_key DROP NOT NULL,
    ADD COLUMN max_uses integer NOT NULL DEFAULT 1,
    ADD COLUMN uses integer NOT NULL DEFAULT 0,
    ADD COLUMN revoked_at timestamptz,
    DROP CONSTRAINT group_invites_email,
    ADD CONSTRAINT group_invites_address CHECK ((email IS NULL) = (email_key IS NULL)),
    ADD CONSTRAINT group_invites_uses CHECK (uses BETWEEN 0 AND max_uses);
-- A new invitation to an address takes the place of the one before.
CREATE UNIQUE INDEX group_invites_open_email ON group_invites (chat_id, email_key) WHERE revoked_at IS NULL AND uses = 0;
CREATE INDEX group_invites_chat ON group_invites (chat_id, created_at DESC, id DESC);
CREATE INDEX group_invites_by ON group_invites (invited_by);

-- The tokens by which an invitation is accepted: one is shown to whoever makes it, and each mail carries one of its own.
CREATE TABLE group_invite_tokens (
    -- SHA-256 of the token: it is 256 random bits, so a slow hash would add nothing.
    token_hash bytea PRIMARY KEY,
    invite_id  uuid NOT NULL REFERENCES group_invites (id) ON DELETE CASCADE
);
CREATE INDEX group_invite_tokens_invite ON group_invite_tokens (invite_id);

-- +goose Down
DROP TABLE group_invite_tokens;
DROP INDEX group_invites_by;
DROP INDEX group_invites_chat;
DROP INDEX group_invites_open_email;
DELETE FROM group_invites WHERE email_key IS NULL OR revoked_at IS NOT NULL OR uses > 0;
ALTER TABLE group_invites
    DROP CONSTRAINT group_invites_uses, DROP CONSTRAINT group_invites_address,
    ADD CONSTRAINT group_invites_email UNIQUE (chat_id, email_key),
    DROP COLUMN revoked_at, DROP COLUMN uses, DROP COLUMN max_uses,
    ALTER COLUMN email_key SET NOT NULL, ALTER COLUMN email SET NOT NULL;
DROP TABLE group_removals, deleted_group_members, deleted_groups;
DROP INDEX chat_members_owner;
ALTER TABLE chats DROP COLUMN version;
