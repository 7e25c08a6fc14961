-- +goose Up
-- What people wait for. The rule stands in the columns up to expires_at; how it stands now, from phase on, is written by the
-- job that reads prices.
CREATE TABLE price_alerts (
    id             uuid PRIMARY KEY,
    user_id        uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    product_id     uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    direction      text NOT NULL CHECK (direction IN ('below', 'above')),
    -- Amounts are of the listing's currency when the alert was set; a price in another one is never compared.
    currency       text NOT NULL,
    threshold      bigint CHECK (threshold > 0),
    percent_bps    bigint CHECK (percent_bps > 0),
    reference      bigint NOT NULL CHECK (reference > 0), -- the price when the target was set
    rearm          boolean NOT NULL,
    hysteresis_bps bigint NOT NULL CHECK (hysteresis_bps >= 0),
    -- Minutes of the day in the user's zone in which nothing is told; null: none.
    quiet_from     integer CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to       integer CHECK (quiet_to BETWEEN 0 AND 1439),
    expires_at     timestamptz,
    phase          text NOT NULL CHECK (phase IN ('armed', 'resting', 'done', 'expired')),
    checked_at     timestamptz, -- of the newest step
    seen_at        timestamptz, -- of the newest price
    fired_at       timestamptz,
    held           jsonb,       -- reached in quiet hours
    hint           text,
    version        bigint NOT NULL DEFAULT 1, -- of what the user can change
    created_at     timestamptz NOT NULL,
    CONSTRAINT price_alerts_target CHECK ((threshold IS NULL) <> (percent_bps IS NULL)),
    CONSTRAINT price_alerts_quiet CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);
CREATE INDEX price_alerts_user ON price_alerts (user_id, created_at DESC, id DESC);
CREATE INDEX price_alerts_product ON price_alerts (product_id);
CREATE INDEX price_alerts_open ON price_alerts (id) WHERE phase IN ('armed', 'resting');

-- Each time an alert was told. One price fires an alert once, whoever looks.
CREATE TABLE price_alert_firings (
    id       uuid PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES price_alerts (id) ON DELETE CASCADE,
    cause    text NOT NULL,
    amount   bigint NOT NULL,
    currency text NOT NULL,
    target   bigint NOT NULL,
    seen_at  timestamptz NOT NULL,
    fired_at timestamptz NOT NULL,
    CONSTRAINT price_alert_firings_once UNIQUE (alert_id, seen_at)
);

-- +goose Down
DROP TABLE price_alert_firings, price_alerts;
