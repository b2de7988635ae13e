-- Recognizes three cases in which the tables may lack entries that nodes have read: tables that were
-- restored, a server that crashed while commits did not wait for the disk, and a standby.

-- Fails on a standby, which may lack what the nodes have read already.
CREATE FUNCTION require_primary_v1() RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'this server is a standby' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
END
$$;

-- Returns the server, the life of its data, and this copy of the tables: each changes when data may
-- have been lost. A server that pg_restore has filled is the same one, with other tables. The
-- identifier is kept in the session, because it is slow to read. Called with the log's search_path.
CREATE OR REPLACE FUNCTION reign_v1() RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_system TEXT := current_setting('bellwether.system', true);
BEGIN
  IF coalesce(v_system, '') = '' THEN
    SELECT system_identifier::TEXT INTO v_system FROM pg_control_system();
    PERFORM set_config('bellwether.system', v_system, false);
  END IF;
  RETURN v_system || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    || '/' || 'mark'::regclass::oid;
END
$$;

-- Holds one random token, which any crash of the server removes. The time of the server's start does
-- not show each crash: it stays the same if only a session was killed.
CREATE UNLOGGED TABLE uncrashed (token UUID NOT NULL PRIMARY KEY);

-- Begins an epoch if there is none, or if the reign has changed. Where commits do not wait for the
-- disk, the life since the last crash belongs to the reign, since what was acknowledged may be lost
-- in one. An epoch in which one session has committed so is such an epoch for all. Under the lock.
CREATE OR REPLACE FUNCTION begin_epoch_v1(p_name TEXT, p_newest BIGINT) RETURNS BIGINT LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp AS $$
DECLARE
  v_reign TEXT := reign_v1();
  v_token UUID;
  v_fast TEXT;
  v_is_fast BOOLEAN := current_setting('synchronous_commit') = 'off';
  v_epoch epoch%ROWTYPE;
  v_first BIGINT := 1;
BEGIN
  SELECT * INTO v_epoch FROM epoch ORDER BY number DESC LIMIT 1;
  IF v_epoch.reign = v_reign AND NOT v_is_fast THEN
    RETURN v_epoch.first;
  END IF;
  SELECT token INTO v_token FROM uncrashed;
  IF NOT FOUND THEN
    INSERT INTO uncrashed (token) VALUES (gen_random_uuid()) RETURNING token INTO v_token;
  END IF;
  v_fast := v_reign || '/' || v_token;
  IF v_epoch.reign = v_fast THEN
    RETURN v_epoch.first;
  END IF;
  IF v_epoch.number IS NOT NULL THEN
    -- Further on if the next multiple is near: more than is here may have been given and lost.
    v_first := ((greatest(p_newest, v_epoch.first) + 100000000) / 1000000000 + 1) * 1000000000;
    UPDATE epoch SET last = p_newest WHERE number = v_epoch.number;
  END IF;
  INSERT INTO epoch (number, name, first, reign) VALUES (
    coalesce(v_epoch.number, 0) + 1, p_name, v_first, CASE WHEN v_is_fast THEN v_fast ELSE v_reign END);
  RETURN v_first;
END
$$;

-- Raises the fence, and returns it: behind an older one nothing is appended any more. By a random
-- number: two servers that were primaries at a time must not have given the same one.
CREATE OR REPLACE FUNCTION raise_fence_v1() RETURNS BIGINT LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_newest BIGINT;
BEGIN
  PERFORM lock_v1();
  UPDATE fence SET newest = newest + 1 + floor(random() * 1000000000000)::BIGINT
    WHERE id RETURNING newest INTO v_newest;
  RETURN v_newest;
END
$$;
