-- +goose Up
-- The details of a report end in name, group and city now: 16 bytes more in the header and three
-- commas in every row of those that were made before. A download is cut off at this size.
UPDATE reports SET details_bytes = details_bytes + 16 + 3 * stores WHERE state = 'complete';

-- +goose Down
UPDATE reports SET details_bytes = details_bytes - 16 - 3 * stores WHERE state = 'complete';
