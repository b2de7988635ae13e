-- Symbols in the order of their characters, whatever the locale of the database: paging relies on
-- it, and H2 does so by itself.
ALTER TABLE stock ALTER COLUMN symbol TYPE VARCHAR(32) COLLATE "C";
ALTER TABLE stock_price ALTER COLUMN symbol TYPE VARCHAR(32) COLLATE "C";

-- Wakes the feeds at once, whoever changed the tables. One statement, one notification; the names
-- of the channels are in app/Application.
CREATE OR REPLACE FUNCTION bellwether_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(TG_ARGV[0], '');
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS bellwether_stock ON stock;
CREATE TRIGGER bellwether_stock
  AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON stock
  FOR EACH STATEMENT EXECUTE FUNCTION bellwether_notify('bellwether_stock');

-- Not on updates: the feed itself marks what it has published.
DROP TRIGGER IF EXISTS bellwether_notification ON notification;
CREATE TRIGGER bellwether_notification
  AFTER INSERT ON notification
  FOR EACH STATEMENT EXECUTE FUNCTION bellwether_notify('bellwether_notification');
