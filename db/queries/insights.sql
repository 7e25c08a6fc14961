-- name: InsightRunGet :one
-- What is cached for a user, if anything, beside what it would have to have seen to be fresh.
SELECT insight_runs.as_of, insight_runs.data_changed_at, users.data_changed_at AS user_data_changed_at, users.created_at AS user_created_at
FROM users LEFT JOIN insight_runs ON insight_runs.user_id = users.id
WHERE users.id = @user_id;

-- name: InsightRunUpsert :execrows
-- A computation that began before the orders changed, and was slow, must not take the place of one that saw the change.
INSERT INTO insight_runs (user_id, as_of, data_changed_at) VALUES (@user_id, @as_of, @data_changed_at)
ON CONFLICT (user_id) DO UPDATE SET as_of = excluded.as_of, data_changed_at = excluded.data_changed_at
WHERE excluded.data_changed_at = (SELECT users.data_changed_at FROM users WHERE users.id = excluded.user_id)
    OR insight_runs.data_changed_at <> (SELECT users.data_changed_at FROM users WHERE users.id = excluded.user_id);

-- name: InsightRunListStale :many
-- Users whose orders or cards changed since the last run, or since they signed up without one, and those with orders whose
-- last run is too old: days pass, and what is "the last month" moves with them.
SELECT users.id FROM users LEFT JOIN insight_runs ON insight_runs.user_id = users.id
WHERE users.id > @after_id
    AND (insight_runs.data_changed_at <> users.data_changed_at
        OR insight_runs.user_id IS NULL AND users.data_changed_at <> users.created_at
        OR insight_runs.as_of < @older_than AND EXISTS (SELECT FROM transactions WHERE transactions.user_id = users.id))
ORDER BY users.id
LIMIT @row_limit;

-- name: InsightDeleteComputed :many
DELETE FROM insights WHERE user_id = @user_id AND origin = 'computed' RETURNING id, key;

-- name: InsightInsert :copyfrom
INSERT INTO insights (id, user_id, key, type, title, description, impact, amount, currency, action, date, sources, as_of)
VALUES (@id, @user_id, @key, @type, @title, @description, @impact, @amount, @currency, @action, @date, @sources, @as_of);

-- name: InsightPost :execrows
-- Once per key: what is told already stays as it was told.
INSERT INTO insights (id, user_id, key, type, title, description, impact, amount, currency, action, date, sources, as_of, origin)
VALUES (@id, @user_id, @key, @type, @title, @description, @impact, @amount, @currency, @action, @date, @sources, @as_of, 'posted')
ON CONFLICT (user_id, key) DO NOTHING;

-- name: InsightList :many
-- The feed as its reader wants it: who has switched a kind of alert off does not find it here either. What was posted is
-- what they asked for themselves.
SELECT insights.* FROM insights JOIN settings ON settings.user_id = insights.user_id
WHERE insights.user_id = @user_id AND (insights.date, insights.id) < (@before_date::date, @before_id::uuid)
    AND (insights.origin = 'posted' OR CASE
        WHEN insights.type IN ('warning', 'spending') THEN settings.spending_alerts
        WHEN insights.type = 'rewards' THEN settings.reward_reminders
        ELSE true
    END)
ORDER BY insights.date DESC, insights.id DESC
LIMIT @row_limit;

-- name: InsightSummaryDeleteForUser :exec
DELETE FROM insight_summaries WHERE user_id = @user_id;

-- name: InsightSummaryInsert :copyfrom
INSERT INTO insight_summaries (user_id, month, summary) VALUES (@user_id, @month, @summary);

-- name: InsightSummaryGet :one
SELECT summary FROM insight_summaries WHERE user_id = @user_id AND month = @month;

-- name: InsightDeliveryNote :many
-- Notes which findings are there of the kinds their reader wants to be told, and answers what of it is to be told now: what
-- was never told, or not found for so long that it is something new. Mails tell what is recent, who wants mail at all.
WITH wanted AS (
    SELECT insights.id, insights.key, insights.title, insights.description, insights.action,
        CASE insights.type WHEN 'rewards' THEN 'reward_reminder' ELSE 'spending_alert' END AS kind,
        settings.notify_email AND insights.date >= @mail_since::date AS mailed
    FROM insights JOIN settings ON settings.user_id = insights.user_id
    WHERE insights.user_id = @user_id AND insights.origin = 'computed' AND CASE
        WHEN insights.type IN ('warning', 'spending') THEN settings.spending_alerts
        WHEN insights.type = 'rewards' THEN settings.reward_reminders
        ELSE false
    END
), known AS (
    SELECT key FROM insight_deliveries WHERE user_id = @user_id AND last_found_at >= @forgotten::timestamptz
), noted AS (
    INSERT INTO insight_deliveries (user_id, key, kind, insight_id, delivered_at, mailed, last_found_at)
    SELECT @user_id, key, kind, id, @now::timestamptz, mailed, @now::timestamptz FROM wanted
    ON CONFLICT (user_id, key) DO UPDATE SET
        last_found_at = excluded.last_found_at,
        insight_id = CASE WHEN insight_deliveries.last_found_at < @forgotten THEN excluded.insight_id ELSE insight_deliveries.insight_id END,
        delivered_at = CASE WHEN insight_deliveries.last_found_at < @forgotten THEN excluded.delivered_at ELSE insight_deliveries.delivered_at END,
        mailed = CASE WHEN insight_deliveries.last_found_at < @forgotten THEN excluded.mailed ELSE insight_deliveries.mailed END
    RETURNING key
)
SELECT wanted.id, wanted.key, wanted.kind::text AS kind, wanted.title, wanted.description, wanted.action, wanted.mailed::boolean AS mailed
FROM noted JOIN wanted ON wanted.key = noted.key
WHERE NOT EXISTS (SELECT FROM known WHERE known.key = noted.key)
ORDER BY wanted.id;
