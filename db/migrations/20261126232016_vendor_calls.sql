-- +goose Up
-- Every call to a vendor: who it was for, what for, how it ended and how long it took. Never what was said.
CREATE TABLE vendor_calls (
    id          uuid PRIMARY KEY,
    vendor      text NOT NULL,
    operation   text NOT NULL,
    subject     text, -- whom the vendor knows the person as; null where it is about nobody
    request_id  text NOT NULL,
    outcome     text NOT NULL,
    duration_ms bigint NOT NULL,
    at          timestamptz NOT NULL
);
CREATE INDEX vendor_calls_at ON vendor_calls (at);
CREATE INDEX vendor_calls_subject ON vendor_calls (subject) WHERE subject IS NOT NULL;

-- +goose Down
DROP TABLE vendor_calls;
