-- +goose Up
-- What a reply offers to do; nothing is done before somebody confirms it.
CREATE TABLE proposals (
    id         uuid PRIMARY KEY,
    chat_id    uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE CONSTRAINT proposals_message UNIQUE,
    asker_id   uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- whose question it answers
    kind       text NOT NULL CHECK (kind IN ('card', 'split', 'tracker')),
    payload    jsonb NOT NULL, -- what confirming writes, as the domain that writes it reads it
    status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'confirmed', 'dismissed', 'undone')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_by uuid REFERENCES users (id) ON DELETE SET NULL,
    decided_at timestamptz,
    -- Of a confirmed one: what was written, and what undoing needs to restore the state before.
    result     jsonb,
    CONSTRAINT proposals_decided CHECK ((status = 'open') = (decided_at IS NULL)),
    CONSTRAINT proposals_result CHECK (status NOT IN ('confirmed', 'undone') OR result IS NOT NULL)
);
CREATE INDEX proposals_chat ON proposals (chat_id);

ALTER TABLE messages ADD COLUMN proposal_id uuid; -- of a reply: what it offers

-- The card somebody chose for a merchant, or for a category where the merchant is not known.
CREATE TABLE card_choices (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scope      text NOT NULL CHECK (scope ~ '^(merchant|category):.'), -- merchant:whole-foods, category:groceries
    card_id    uuid NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
    chosen_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, scope)
);

-- +goose Down
DROP TABLE card_choices;
ALTER TABLE messages DROP COLUMN proposal_id;
DROP TABLE proposals;
