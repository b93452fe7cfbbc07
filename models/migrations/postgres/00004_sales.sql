-- +goose Up
CREATE TABLE sales_rates (
    scope    TEXT   NOT NULL CHECK (scope IN ('store', 'group')),
    name     TEXT   NOT NULL,                        -- the store's id or the group's name
    per_hour BIGINT NOT NULL,                        -- hundredths of the currency, per open hour
    PRIMARY KEY (scope, name)
);
ALTER TABLE data_versions ADD COLUMN sales BIGINT NOT NULL DEFAULT 0;  -- grows when a rate is entered

-- +goose Down
ALTER TABLE data_versions DROP COLUMN sales;
DROP TABLE sales_rates;
