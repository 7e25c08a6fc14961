-- +goose Up
-- Mails to send. A row and the job that sends it commit together; the job carries the id alone.
CREATE TABLE mails (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL,
    -- To a user, whose address and wishes are read when the mail is sent, or to an address that may be nobody's.
    user_id     uuid REFERENCES users (id) ON DELETE CASCADE,
    address     text,
    -- What the mail is about, where it may be about that once only.
    once_key    text CONSTRAINT mails_once UNIQUE,
    -- What its template says; emptied when the mail has ended. Never a token: those are made while sending.
    data        jsonb NOT NULL,
    -- dropped: not wanted (any more), or nobody to send it to; failed: refused by the server, or tried too often.
    status      text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sending', 'sent', 'dropped', 'failed')),
    attempts    integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    created_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    CONSTRAINT mails_recipient CHECK ((user_id IS NULL) <> (address IS NULL)),
    CONSTRAINT mails_ended CHECK ((ended_at IS NULL) = (status IN ('pending', 'sending')))
);
CREATE INDEX mails_user ON mails (user_id);
CREATE INDEX mails_ended ON mails (ended_at);

-- +goose Down
DROP TABLE mails;
