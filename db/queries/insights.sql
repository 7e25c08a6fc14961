-- name: InsightRunGet :one
-- What is cached for a user, if anything, beside what it would have to have seen to be fresh.
SELECT insight_runs.as_of, insight_runs.data_changed_at, users.data_changed_at AS user_data_changed_at
FROM users LEFT JOIN insight_runs ON insight_runs.user_id = users.id
WHERE users.id = @user_id;

-- name: InsightRunUpsert :execrows
-- A computation that began before the orders changed, and was slow, must not take the place of one that saw the change.
INSERT INTO insight_runs (user_id, as_of, data_changed_at) VALUES (@user_id, @as_of, @data_changed_at)
ON CONFLICT (user_id) DO UPDATE SET as_of = excluded.as_of, data_changed_at = excluded.data_changed_at
WHERE excluded.data_changed_at = (SELECT users.data_changed_at FROM users WHERE users.id = excluded.user_id)
    OR insight_runs.data_changed_at <> (SELECT users.data_changed_at FROM users WHERE users.id = excluded.user_id);

-- name: InsightRunListStale :many
-- Users whose orders or cards changed since the last run, or who have none, or whose last run is too old: days pass.
SELECT users.id FROM users LEFT JOIN insight_runs ON insight_runs.user_id = users.id
WHERE users.id > @after_id
    AND (insight_runs.user_id IS NULL OR insight_runs.data_changed_at <> users.data_changed_at OR insight_runs.as_of < @older_than)
ORDER BY users.id
LIMIT @row_limit;

-- name: InsightDeleteForUser :many
DELETE FROM insights WHERE user_id = @user_id RETURNING id, key;

-- name: InsightInsert :copyfrom
INSERT INTO insights (id, user_id, key, type, title, description, impact, amount, currency, action, date, sources, as_of)
VALUES (@id, @user_id, @key, @type, @title, @description, @impact, @amount, @currency, @action, @date, @sources, @as_of);

-- name: InsightList :many
SELECT * FROM insights
WHERE user_id = @user_id AND (date, id) < (@before_date::date, @before_id::uuid)
ORDER BY date DESC, id DESC
LIMIT @row_limit;

-- name: InsightSummaryDeleteForUser :exec
DELETE FROM insight_summaries WHERE user_id = @user_id;

-- name: InsightSummaryInsert :copyfrom
INSERT INTO insight_summaries (user_id, month, summary) VALUES (@user_id, @month, @summary);

-- name: InsightSummaryGet :one
SELECT summary FROM insight_summaries WHERE user_id = @user_id AND month = @month;
