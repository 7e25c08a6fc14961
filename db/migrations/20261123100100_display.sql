-- +goose Up
-- +goose StatementBegin
-- What is counted, and in which month, depends on the user's currency and time zone: another choice makes what was
-- computed stale, as another order does.
CREATE FUNCTION settings_touch_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET data_changed_at = clock_timestamp() WHERE id = NEW.user_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER settings_display_changed AFTER UPDATE OF currency, time_zone ON settings FOR EACH ROW
    WHEN ((OLD.currency, OLD.time_zone) IS DISTINCT FROM (NEW.currency, NEW.time_zone)) EXECUTE FUNCTION settings_touch_user();

-- +goose Down
DROP TRIGGER settings_display_changed ON settings;
DROP FUNCTION settings_touch_user();
