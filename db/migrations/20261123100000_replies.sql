-- +goose Up
ALTER TABLE messages
    -- Of a reply: what it will say, decided before the first word is shown; the next attempt goes on from it.
    ADD COLUMN plan jsonb,
    -- Of an ended reply: how its text was cut into events and where its stages and its drawer stood. A positive number is
    -- the bytes of a delta, 0 a stage, -1 the drawer. Null where it was never streamed.
    ADD COLUMN cuts integer[],
    -- Of a reply: by when it has to end.
    ADD COLUMN deadline_at timestamptz,
    -- Of a reply: the one it took the place of. The replaced one is no longer listed, but readable by its id.
    ADD COLUMN replaces uuid REFERENCES messages (id) ON DELETE SET NULL,
    ADD COLUMN replaced boolean NOT NULL DEFAULT false,
    -- Of a user's message: whether the co-pilot answers it, and why (not).
    ADD COLUMN ai_decision text NOT NULL DEFAULT '',
    ADD COLUMN edited boolean NOT NULL DEFAULT false;

-- A reply's events while it runs; the end of the reply deletes them. Text is the stage or the piece of text.
CREATE TABLE reply_events (
    reply_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    seq      integer NOT NULL CHECK (seq > 0),
    kind     text NOT NULL CHECK (kind IN ('started', 'thinking', 'drawer', 'delta')),
    text     text NOT NULL,
    PRIMARY KEY (reply_id, seq)
);

-- Former texts of an edited message.
CREATE TABLE message_versions (
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    ordinal    integer NOT NULL,
    content    text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (message_id, ordinal)
);

CREATE TABLE message_feedback (
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rating     text NOT NULL CHECK (rating IN ('up', 'down')),
    comment    text,
    at         timestamptz NOT NULL,
    PRIMARY KEY (message_id, user_id)
);

CREATE INDEX chats_updated ON chats (updated_at);

-- +goose Down
DROP INDEX chats_updated;
DROP TABLE message_feedback, message_versions, reply_events;
ALTER TABLE messages DROP COLUMN edited, DROP COLUMN ai_decision, DROP COLUMN replaced, DROP COLUMN replaces,
    DROP COLUMN deadline_at, DROP COLUMN cuts, DROP COLUMN plan;
