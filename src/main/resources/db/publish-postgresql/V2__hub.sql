-- Refuses what only the hub itself publishes (Mercure). Other spellings of its URL are refused by the
-- server, which resolves them.

-- While this waits for a transaction that has published, all others that publish wait for this.
SET LOCAL lock_timeout = '100ms';

CREATE FUNCTION refuse_hubs() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.topic ~* '^(([a-z][a-z0-9+.-]*:)?//[^/?#]*)?/\.well-known/mercure([/?#]|$)'
      OR NEW.topic ~* '^((\./)*mercure([/?#]|$)|[?#])' THEN
    RAISE EXCEPTION 'topic % is in the namespace of the hub itself', NEW.topic
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF NEW.type = 'mercure' THEN
    RAISE EXCEPTION 'type mercure is reserved for the hub itself'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION refuse_hubs() FROM PUBLIC;
CREATE TRIGGER refuse_hubs BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse_hubs();
