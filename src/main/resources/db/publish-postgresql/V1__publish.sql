-- What programs publish by SQL. The server deletes a row when it has published it.
CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic TEXT NOT NULL,
  data TEXT NOT NULL,
  type TEXT,
  is_private BOOLEAN NOT NULL,
  key TEXT,
  at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- Publishes an event when the caller's transaction commits, and checks it as the HTTP API does.
-- Whoever may execute it may publish to every topic.
--
-- key: as the header Idempotency-Key
CREATE FUNCTION publish(
    topic TEXT, data TEXT, type TEXT DEFAULT NULL, private BOOLEAN DEFAULT FALSE, key TEXT DEFAULT NULL)
  RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = "${flyway:defaultSchema}", pg_temp AS $$
#variable_conflict use_variable
DECLARE
  c_control CONSTANT TEXT := '[\u0001-\u001f\u007f-\u009f]';
BEGIN
  IF coalesce(topic, '') = '' THEN
    RAISE EXCEPTION 'topic is empty' USING ERRCODE = 'invalid_parameter_value';
  ELSIF topic = '*' THEN
    RAISE EXCEPTION 'topic * means every topic and cannot be published to'
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF length(topic) > 1024 THEN
    RAISE EXCEPTION 'topic is longer than 1024 characters' USING ERRCODE = 'invalid_parameter_value';
  ELSIF topic ~ c_control THEN
    RAISE EXCEPTION 'topic contains a control character' USING ERRCODE = 'invalid_parameter_value';
  ELSIF topic IN ('stocks', 'notifications', 'clock')
      OR starts_with(topic, 'stocks/') OR starts_with(topic, 'notifications/') THEN
    RAISE EXCEPTION 'only the server publishes to topic %', topic
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF length(type) > 1024 THEN
    RAISE EXCEPTION 'type is longer than 1024 characters' USING ERRCODE = 'invalid_parameter_value';
  ELSIF type ~ '[\n\r]' THEN
    RAISE EXCEPTION 'type contains a line end' USING ERRCODE = 'invalid_parameter_value';
  ELSIF type IN ('cursor', 'gap', 'shutdown', 'revoked', 'open', 'error') THEN
    RAISE EXCEPTION 'type % is reserved for the server', type
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF length(key) > 1024 THEN
    RAISE EXCEPTION 'key is longer than 1024 characters' USING ERRCODE = 'invalid_parameter_value';
  ELSIF translate(key, E'\n', '') ~ c_control THEN
    RAISE EXCEPTION 'key contains a control character' USING ERRCODE = 'invalid_parameter_value';
  ELSIF octet_length(data) > 1048576 THEN
    RAISE EXCEPTION 'data is larger than 1 MiB' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO outbox (topic, data, type, is_private, key)
    VALUES (topic, coalesce(data, ''), nullif(type, ''), coalesce(private, FALSE), nullif(key, ''));
  PERFORM pg_notify('bellwether_outbox', '');
END
$$;

-- The same for JSON.
CREATE FUNCTION publish(
    topic TEXT, data JSONB, type TEXT DEFAULT NULL, private BOOLEAN DEFAULT FALSE, key TEXT DEFAULT NULL)
  RETURNS VOID LANGUAGE sql SECURITY DEFINER
  SET search_path = "${flyway:defaultSchema}", pg_temp AS $$
  SELECT publish(topic, data::TEXT, type, private, key)
$$;

REVOKE ALL ON FUNCTION publish(TEXT, TEXT, TEXT, BOOLEAN, TEXT) FROM PUBLIC;
REVOKE ALL ON FUNCTION publish(TEXT, JSONB, TEXT, BOOLEAN, TEXT) FROM PUBLIC;
