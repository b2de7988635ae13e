-- Symbols as exchanges write them, and users as identity providers name them. H2 counts an emoji as
-- two characters, so there is room for twice as many as the application lets pass.
ALTER TABLE stock ALTER COLUMN symbol SET DATA TYPE VARCHAR(32);
ALTER TABLE stock ALTER COLUMN name SET DATA TYPE VARCHAR(400);
ALTER TABLE stock_price ALTER COLUMN symbol SET DATA TYPE VARCHAR(32);

ALTER TABLE notification ALTER COLUMN recipient SET DATA TYPE VARCHAR(510);
ALTER TABLE notification ALTER COLUMN title SET DATA TYPE VARCHAR(400);
ALTER TABLE notification ALTER COLUMN body SET DATA TYPE VARCHAR(8000);
ALTER TABLE notification_read ALTER COLUMN user_name SET DATA TYPE VARCHAR(510);
ALTER TABLE notification_read_event ALTER COLUMN user_name SET DATA TYPE VARCHAR(510);

-- A digest of the key under which a request may be sent again, and of whose key it is; null: none.
ALTER TABLE notification ADD COLUMN idempotency_key VARCHAR(64);
CREATE UNIQUE INDEX notification_idempotency_key ON notification (idempotency_key);
