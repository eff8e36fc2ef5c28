-- Withdrawals are looked for by the request that they take back, which may come
-- after them.

-- +goose Up
CREATE INDEX items_withdrawals ON items (parent) WHERE kind = 'withdrawal';

-- +goose Down
DROP INDEX items_withdrawals;
