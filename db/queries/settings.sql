-- name: SettingsInsert :exec
INSERT INTO settings (user_id, time_zone, updated_at) VALUES (@user_id, @time_zone, @updated_at);

-- name: SettingsGet :one
SELECT * FROM settings WHERE user_id = @user_id;

-- name: SettingsGetForUpdate :one
SELECT * FROM settings WHERE user_id = @user_id FOR UPDATE;

-- name: SettingsUpdate :one
UPDATE settings SET
    notify_email = @notify_email,
    notify_push = @notify_push,
    spending_alerts = @spending_alerts,
    reward_reminders = @reward_reminders,
    share_spending_data = @share_spending_data,
    analytics = @analytics,
    ai_enabled = @ai_enabled,
    auto_suggestions = @auto_suggestions,
    show_thinking = @show_thinking,
    theme = @theme,
    currency = @currency,
    date_format = @date_format,
    time_zone = @time_zone,
    version = version + 1,
    updated_at = @updated_at
WHERE user_id = @user_id
RETURNING *;
