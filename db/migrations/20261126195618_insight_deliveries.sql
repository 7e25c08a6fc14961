-- +goose Up
ALTER TABLE insights
    -- computed findings are replaced as a whole by each computation; posted ones stay, such as a fired price alert.
    ADD COLUMN origin text NOT NULL DEFAULT 'computed' CHECK (origin IN ('computed', 'posted'));

-- Sources name their type. Whatever is kept is computed anew: windows and keys of the findings are others now.
UPDATE insights SET sources = (
    SELECT COALESCE(jsonb_agg(jsonb_build_object('type', 'transaction', 'id', source.id)), '[]') FROM jsonb_array_elements_text(sources) AS source (id)
);
UPDATE insight_summaries SET summary = jsonb_set(summary, '{sources}', (
    SELECT COALESCE(jsonb_agg(jsonb_build_object('type', 'transaction', 'id', source.id)), '[]') FROM jsonb_array_elements_text(summary -> 'sources') AS source (id)
)) WHERE jsonb_typeof(summary -> 'sources') = 'array';
UPDATE insight_runs SET data_changed_at = data_changed_at - interval '1 microsecond';

-- What was told to whom, so that nobody is told twice. A finding that is still there, or comes back within weeks, is the
-- same one; only the day it was last found moves.
CREATE TABLE insight_deliveries (
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key           text NOT NULL, -- that of the finding
    kind          text NOT NULL CHECK (kind IN ('spending_alert', 'reward_reminder')),
    insight_id    uuid NOT NULL, -- as it was told; computations remove findings, so no foreign key
    delivered_at  timestamptz NOT NULL,
    mailed        boolean NOT NULL,
    last_found_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);

-- +goose Down
DROP TABLE insight_deliveries;
UPDATE insight_summaries SET summary = jsonb_set(summary, '{sources}', (
    SELECT COALESCE(jsonb_agg(source.value -> 'id'), '[]') FROM jsonb_array_elements(summary -> 'sources') AS source WHERE source.value ->> 'type' = 'transaction'
)) WHERE jsonb_typeof(summary -> 'sources') = 'array';
UPDATE insights SET sources = (
    SELECT COALESCE(jsonb_agg(source.value -> 'id'), '[]') FROM jsonb_array_elements(sources) AS source WHERE source.value ->> 'type' = 'transaction'
);
DELETE FROM insights WHERE origin = 'posted';
ALTER TABLE insights DROP COLUMN origin;
