-- +goose Up
-- Every version of the catalogue that was ever loaded, whole, so that an answer that names it can be computed again.
CREATE TABLE rule_versions (
    version  text PRIMARY KEY,
    products jsonb NOT NULL -- the engine's own terms
);

-- Which version the rows are of; empty until the catalogue is loaded for the first time.
ALTER TABLE card_products ADD COLUMN catalogue text NOT NULL DEFAULT '';

-- Moves with every change of a card, so that two open pages cannot overwrite each other.
ALTER TABLE cards ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- +goose Down
ALTER TABLE cards DROP COLUMN version;
ALTER TABLE card_products DROP COLUMN catalogue;
DROP TABLE rule_versions;
