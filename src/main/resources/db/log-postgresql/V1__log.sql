-- The log that many nodes share. Whoever writes to it calls append_v1, and nothing else: the lock
-- there makes positions dense and lets them become visible in order. Times of entries are by the
-- clocks of the nodes, in microseconds since 1970.
--
-- No row is written by every append, so nothing bloats while some other session keeps an old
-- snapshot: the newest position and all sums are those of the newest entry.

CREATE TABLE entry (
  position BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  total BIGINT NOT NULL, -- the bytes of all bodies that were ever appended, up to this one
  is_state BOOLEAN NOT NULL, -- whether it is a retained one
  body BYTEA NOT NULL -- the record, as in the files of a log
) PARTITION BY RANGE (position);
ALTER TABLE entry ALTER COLUMN body SET STORAGE EXTERNAL; -- to compress them would take longer

-- The partitions of the entries, made ahead and dropped whole. Those that no longer grow are
-- sealed: the other columns are then known. They are null if the part is empty.
CREATE TABLE part (
  first BIGINT NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL, -- the last position that has room
  is_gone BOOLEAN NOT NULL DEFAULT FALSE, -- no longer part of the log, but its table is still there
  entries BIGINT, -- null until it is sealed
  total BIGINT, -- of the last entry
  event BIGINT, -- the newest that is no state
  event_at BIGINT, -- the latest time of any of those
  min_at BIGINT,
  max_at BIGINT,
  last_at BIGINT -- of the last entry
);

-- One row, which only trim_v1 and make_parts_v1 change.
CREATE TABLE mark (
  id BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (id),
  oldest BIGINT NOT NULL DEFAULT 1, -- from here on all are kept
  lost_through BIGINT NOT NULL DEFAULT 0, -- the newest event that was dropped
  lost_at BIGINT, -- the latest time of any
  total BIGINT NOT NULL DEFAULT 0, -- of the last entry before the oldest
  tip BIGINT NOT NULL DEFAULT 0, -- the newest entry is not before this, if there is any
  swept BIGINT NOT NULL DEFAULT 1 -- names before this have been cleared away
);
INSERT INTO mark DEFAULT VALUES;

CREATE TABLE epoch (
  number INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  first BIGINT NOT NULL,
  last BIGINT, -- null for the newest
  reign TEXT NOT NULL, -- the server, and its life, in which it began
  at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- The current states. Topics and audiences may be longer than an index allows, so these are
-- digests; the nil UUID is the audience of a public state.
CREATE TABLE retained (
  topic UUID NOT NULL,
  audience UUID NOT NULL,
  position BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (topic, audience)
) WITH (fillfactor = 50); -- a newer version goes on the same page, and the index stays as it is
ALTER TABLE retained ALTER COLUMN body SET STORAGE EXTERNAL;

-- Digests of idempotency keys and of publishers' ids. One counts while its entry is kept: from the
-- oldest on, or as the current state of its topic and audience.
CREATE TABLE name (
  name UUID NOT NULL,
  position BIGINT NOT NULL,
  topic UUID, -- of a state
  audience UUID,
  PRIMARY KEY (name, position)
);
CREATE INDEX name_position ON name (position);

-- The appends of the last hour, so that a repeated one is not done again.
CREATE TABLE batch (
  id UUID NOT NULL PRIMARY KEY,
  positions BIGINT[], -- only the first if the others follow it; null if it was given up
  at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX batch_at ON batch (at);

-- One row: the fence behind which the node appends that has the feeds.
CREATE TABLE fence (
  id BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (id),
  newest BIGINT NOT NULL DEFAULT 0
);
INSERT INTO fence DEFAULT VALUES;

-- The functions' settings: while a table is empty, reading all of it looks cheapest, and such a plan
-- would stay when it is full; and a plan that is used thousands of times a second must neither be
-- made nor compiled each time. Locks are waited for at most 2 s.

-- Makes all appends wait for each other, up to the end of the transaction.
CREATE FUNCTION lock_v1() RETURNS VOID LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1650814060, 'mark'::regclass::oid::integer);
END
$$;

-- Makes partitions for these positions, as far as there are none. Under the lock.
CREATE FUNCTION make_parts_v1(p_first BIGINT, p_last BIGINT, p_size BIGINT, p_newest BIGINT)
  RETURNS VOID LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET client_min_messages = warning AS $$
DECLARE
  v_first BIGINT;
  v_last BIGINT;
BEGIN
  SELECT max(last) INTO v_last FROM part;
  v_last := greatest(coalesce(v_last, 0), p_first - 1);
  WHILE v_last < p_last LOOP
    v_first := v_last + 1;
    v_last := v_last + p_size;
    -- Attached, since a partition that is created in its place waits until nobody reads the others.
    EXECUTE format('CREATE TABLE entry_%s (LIKE entry INCLUDING ALL)', v_first);
    EXECUTE format(
      'ALTER TABLE entry ATTACH PARTITION entry_%s FOR VALUES FROM (%s) TO (%s)',
      v_first, v_first, v_last + 1);
    INSERT INTO part (first, last) VALUES (v_first, v_last);
  END LOOP;
  UPDATE mark SET tip = coalesce((SELECT max(first) FROM part WHERE first <= p_newest), 0);
END
$$;

-- Returns the server, and the life of its data: both change when data may have been lost. The
-- identifier is kept in the session, because it is slow to read.
CREATE FUNCTION reign_v1() RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_system TEXT := current_setting('bellwether.system', true);
BEGIN
  IF coalesce(v_system, '') = '' THEN
    SELECT system_identifier::TEXT INTO v_system FROM pg_control_system();
    PERFORM set_config('bellwether.system', v_system, false);
  END IF;
  RETURN v_system || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
END
$$;

-- Begins an epoch if there is none, or if the reign has changed. Where commits do not wait for the
-- disk, the server's start belongs to the reign, since what was acknowledged may be lost in a crash.
-- An epoch in which one session has committed so is such an epoch for all. Under the lock.
CREATE FUNCTION begin_epoch_v1(p_name TEXT, p_newest BIGINT) RETURNS BIGINT LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp AS $$
DECLARE
  v_reign TEXT := reign_v1();
  v_fast TEXT := v_reign || '/' || extract(epoch FROM pg_postmaster_start_time());
  v_is_fast BOOLEAN := current_setting('synchronous_commit') = 'off';
  v_epoch epoch%ROWTYPE;
  v_first BIGINT := 1;
BEGIN
  SELECT * INTO v_epoch FROM epoch ORDER BY number DESC LIMIT 1;
  IF v_epoch.reign = v_fast OR (v_epoch.reign = v_reign AND NOT v_is_fast) THEN
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

-- Makes the first epoch.
CREATE FUNCTION open_v1(p_name TEXT) RETURNS VOID LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM epoch) THEN
    PERFORM lock_v1();
    IF NOT EXISTS (SELECT FROM epoch) THEN
      PERFORM begin_epoch_v1(p_name, 0);
    END IF;
  END IF;
END
$$;

-- Appends entries, and returns the position of each; or only the first, if the others follow it.
-- An array that has nothing but nulls may be empty.
--
-- p_name: for an epoch, if one has to begin
-- p_size: of a partition
-- p_fence: that has to be the newest; null if it does not matter
-- p_topics: null for what is no state
-- p_keys: none twice; an entry whose key is kept already is not appended
CREATE FUNCTION append_v1(
    p_batch UUID, p_name TEXT, p_size BIGINT, p_fence BIGINT, p_bodies BYTEA[], p_times BIGINT[], p_topics UUID[],
    p_audiences UUID[], p_keys UUID[], p_ids UUID[]) RETURNS BIGINT[] LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp
  SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off
  SET lock_timeout = '2s' AS $$
DECLARE
  c_nil CONSTANT UUID := '00000000-0000-0000-0000-000000000000';
  v_count INTEGER := cardinality(p_bodies);
  v_fresh INTEGER := v_count; -- that are appended now
  v_known BIGINT[] := '{}'; -- the positions of the others
  v_positions BIGINT[];
  v_oldest BIGINT;
  v_tip BIGINT;
  v_newest BIGINT;
  v_total BIGINT;
  v_base BIGINT; -- the position before the first that is given now
BEGIN
  PERFORM pg_advisory_xact_lock(1650814060, 'mark'::regclass::oid::integer); -- as lock_v1
  SELECT positions INTO v_positions FROM batch WHERE id = p_batch;
  IF FOUND THEN
    IF v_positions IS NULL THEN
      RAISE EXCEPTION 'the append has been given up' USING ERRCODE = 'BW001';
    END IF;
    UPDATE batch SET at = clock_timestamp() WHERE id = p_batch; -- so the answer waits for standbys
    RETURN v_positions;
  END IF;

  IF p_fence IS NOT NULL AND p_fence <> (SELECT newest FROM fence WHERE id) THEN
    RAISE EXCEPTION 'another node has taken over' USING ERRCODE = 'BW002';
  END IF;

  SELECT oldest, tip INTO v_oldest, v_tip FROM mark WHERE id;
  SELECT position, total INTO v_newest, v_total FROM entry
    WHERE position >= v_tip ORDER BY position DESC LIMIT 1;
  v_newest := coalesce(v_newest, 0);
  v_total := coalesce(v_total, 0);
  v_base := greatest(begin_epoch_v1(p_name, v_newest) - 1, v_newest);

  IF cardinality(p_keys) > 0 THEN
    SELECT array_agg(k.position ORDER BY d.number), count(*) - count(k.position)
      INTO v_known, v_fresh
      FROM unnest(p_keys) WITH ORDINALITY AS d (key, number)
      LEFT JOIN LATERAL (
        SELECT max(n.position) AS position FROM name n
          WHERE n.name = d.key
            AND (n.position >= v_oldest OR EXISTS (
              SELECT FROM retained r WHERE r.topic = n.topic AND r.audience = n.audience
                AND r.position = n.position))) k ON TRUE;
  END IF;
  IF v_fresh = v_count THEN
    v_known := '{}';
    v_positions := ARRAY(SELECT v_base + g FROM generate_series(1, v_count) g);
  ELSE
    v_positions := ARRAY(
      SELECT coalesce(d.known, v_base + count(*) FILTER (WHERE d.known IS NULL) OVER (ORDER BY d.number))
        FROM unnest(v_known) WITH ORDINALITY AS d (known, number) ORDER BY d.number);
  END IF;

  IF v_fresh > 0 THEN
    IF v_base + v_fresh > coalesce((SELECT last FROM part ORDER BY first DESC LIMIT 1), 0) THEN
      PERFORM make_parts_v1(v_base + 1, v_base + v_fresh, p_size, v_newest);
    END IF;
    INSERT INTO entry (position, at, total, is_state, body)
      SELECT d.position, d.at,
          v_total + sum(octet_length(d.body)) OVER (ORDER BY d.position ROWS UNBOUNDED PRECEDING),
          d.topic IS NOT NULL, d.body
        FROM unnest(v_positions, v_known, p_bodies, p_times, p_topics)
          AS d (position, known, body, at, topic)
        WHERE d.known IS NULL;
    IF cardinality(p_keys) > 0 OR cardinality(p_ids) > 0 THEN
      INSERT INTO name (name, position, topic, audience)
        SELECT n.name, d.position, d.topic, d.audience
          FROM unnest(v_positions, v_known, p_keys, p_ids, p_topics, p_audiences)
            AS d (position, known, key, id, topic, audience)
          CROSS JOIN LATERAL (VALUES (d.key), (d.id)) AS n (name)
          WHERE d.known IS NULL AND n.name IS NOT NULL;
    END IF;
    IF cardinality(p_topics) > 0 THEN
      -- A public state replaces all of its topic, a private one that of the same audience.
      DELETE FROM retained r
        USING unnest(v_positions, v_known, p_topics, p_audiences)
          AS d (position, known, topic, audience)
        WHERE d.known IS NULL AND d.audience = c_nil
          AND r.topic = d.topic AND r.audience <> c_nil;
      INSERT INTO retained (topic, audience, position, body)
        SELECT s.topic, s.audience, s.position, s.body FROM (
            SELECT d.*,
                max(d.position) OVER (PARTITION BY d.topic, d.audience) AS newest,
                max(d.position) FILTER (WHERE d.audience = c_nil) OVER (PARTITION BY d.topic) AS public
              FROM unnest(v_positions, v_known, p_bodies, p_topics, p_audiences)
                AS d (position, known, body, topic, audience)
              WHERE d.known IS NULL AND d.topic IS NOT NULL) s
          WHERE s.position = s.newest AND (s.public IS NULL OR s.position >= s.public)
        ON CONFLICT (topic, audience)
          DO UPDATE SET position = excluded.position, body = excluded.body;
    END IF;
  END IF;

  IF v_fresh = v_count AND v_count > 0 THEN
    v_positions := v_positions[1:1];
  END IF;
  INSERT INTO batch (id, positions) VALUES (p_batch, v_positions);
  RETURN v_positions;
END
$$;

-- Raises the fence, and returns it: behind an older one nothing is appended any more.
CREATE FUNCTION raise_fence_v1() RETURNS BIGINT LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  v_newest BIGINT;
BEGIN
  PERFORM lock_v1();
  UPDATE fence SET newest = newest + 1 WHERE id RETURNING newest INTO v_newest;
  RETURN v_newest;
END
$$;

-- Returns what append_v1 has returned; null if it has not, and then it never will.
CREATE FUNCTION give_up_v1(p_batch UUID) RETURNS BIGINT[] LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET enable_seqscan = off SET jit = off
  SET lock_timeout = '2s' AS $$
DECLARE
  v_positions BIGINT[];
BEGIN
  PERFORM lock_v1();
  INSERT INTO batch (id) VALUES (p_batch)
    ON CONFLICT (id) DO UPDATE SET at = clock_timestamp() -- so the answer waits for standbys
    RETURNING positions INTO v_positions;
  RETURN v_positions;
END
$$;

-- Returns what the log holds at this moment; with all epochs, unless p_epoch is the newest.
CREATE FUNCTION mark_v1(
    p_epoch TEXT, OUT oldest BIGINT, OUT newest BIGINT, OUT bytes BIGINT, OUT lost_through BIGINT,
    OUT lost_at BIGINT, OUT names TEXT[], OUT firsts BIGINT[], OUT lasts BIGINT[]) LANGUAGE plpgsql STABLE
  SET search_path = "${flyway:defaultSchema}", pg_temp
  SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
  v_mark mark%ROWTYPE;
BEGIN
  SELECT * INTO v_mark FROM mark WHERE id;
  SELECT e.position, e.total - v_mark.total INTO newest, bytes FROM entry e
    WHERE e.position >= v_mark.tip ORDER BY e.position DESC LIMIT 1;
  newest := coalesce(newest, 0);
  bytes := coalesce(bytes, 0);
  oldest := v_mark.oldest;
  lost_through := v_mark.lost_through;
  lost_at := v_mark.lost_at;
  IF p_epoch IS DISTINCT FROM (SELECT e.name FROM epoch e ORDER BY e.number DESC LIMIT 1) THEN
    SELECT array_agg(e.name ORDER BY e.number), array_agg(e.first ORDER BY e.number),
        array_agg(coalesce(e.last, 9223372036854775807) ORDER BY e.number)
      INTO names, firsts, lasts FROM epoch e;
  END IF;
END
$$;

-- Returns entries with a publisher's id, newest first: kept ones, and states. The first of them may
-- have more bytes than are wanted.
CREATE FUNCTION with_id_v1(p_name UUID, p_before BIGINT, p_limit INTEGER, p_bytes BIGINT)
  RETURNS TABLE (place BIGINT, record BYTEA) LANGUAGE plpgsql STABLE
  SET search_path = "${flyway:defaultSchema}", pg_temp
  SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_oldest BIGINT := (SELECT oldest FROM mark WHERE id);
  v_row RECORD;
  v_count INTEGER := 0;
  v_bytes BIGINT := 0;
BEGIN
  FOR v_row IN
    SELECT n.position, coalesce(e.body, r.body) AS body FROM name n
      LEFT JOIN entry e ON e.position = n.position AND n.position >= v_oldest
      LEFT JOIN retained r
        ON r.topic = n.topic AND r.audience = n.audience AND r.position = n.position
      WHERE n.name = p_name AND n.position < p_before
        AND (e.position IS NOT NULL OR r.position IS NOT NULL)
      ORDER BY n.position DESC
  LOOP
    v_bytes := v_bytes + octet_length(v_row.body);
    EXIT WHEN v_count = p_limit OR (v_bytes > p_bytes AND v_count > 0);
    v_count := v_count + 1;
    place := v_row.position;
    record := v_row.body;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Returns the position of the last entry that is older than a time, before the first that is not.
-- Entries with times after p_now tell nothing.
CREATE FUNCTION last_before_v1(p_time BIGINT, p_now BIGINT) RETURNS BIGINT LANGUAGE plpgsql STABLE
  SET search_path = "${flyway:defaultSchema}", pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
  v_oldest BIGINT := (SELECT oldest FROM mark WHERE id);
  v_part RECORD;
  v_end BIGINT := 9223372036854775807; -- the first that is not older
  v_found BIGINT;
BEGIN
  FOR v_part IN
    SELECT first, last FROM part
      WHERE last >= v_oldest AND NOT is_gone
        AND (entries IS NULL OR (max_at >= p_time AND min_at <= p_now))
      ORDER BY first
  LOOP
    SELECT position INTO v_found FROM entry
      WHERE position BETWEEN v_part.first AND v_part.last AND at BETWEEN p_time AND p_now
      ORDER BY position LIMIT 1;
    IF FOUND THEN
      v_end := v_found;
      EXIT;
    END IF;
  END LOOP;
  FOR v_part IN
    SELECT first, last FROM part
      WHERE last >= v_oldest AND NOT is_gone AND first < v_end
        AND (entries IS NULL OR (min_at < p_time AND min_at <= p_now))
      ORDER BY first DESC
  LOOP
    SELECT position INTO v_found FROM entry
      WHERE position BETWEEN v_part.first AND least(v_part.last, v_end - 1)
        AND at < p_time AND at <= p_now
      ORDER BY position DESC LIMIT 1;
    IF FOUND THEN
      RETURN v_found;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- Seals the parts before the one of the newest entry: they no longer change.
CREATE FUNCTION seal_v1(p_newest BIGINT) RETURNS VOID LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
  v_part part%ROWTYPE;
BEGIN
  FOR v_part IN
    SELECT * FROM part
      WHERE first < (SELECT max(first) FROM part WHERE first <= p_newest) AND entries IS NULL
  LOOP
    UPDATE part SET (entries, total, event, event_at, min_at, max_at) = (
        SELECT count(*), max(e.total), max(e.position) FILTER (WHERE NOT e.is_state),
            max(e.at) FILTER (WHERE NOT e.is_state), min(e.at), max(e.at)
          FROM entry e WHERE e.position BETWEEN v_part.first AND v_part.last),
      last_at = (
        SELECT e.at FROM entry e WHERE e.position BETWEEN v_part.first AND v_part.last
          ORDER BY e.position DESC LIMIT 1)
      WHERE first = v_part.first AND entries IS NULL;
  END LOOP;
END
$$;

-- Makes partitions ahead, and takes the oldest out of the log, so that the limits hold after so many
-- more entries and bytes. The newest that has entries stays. One session at a time does this; for
-- another there is nothing to do. Returns whether there is something to clear away.
CREATE FUNCTION trim_v1(
    p_entries BIGINT, p_bytes BIGINT, p_age BIGINT, p_coming BIGINT, p_coming_bytes BIGINT,
    p_now BIGINT, p_size BIGINT) RETURNS BOOLEAN LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET enable_seqscan = off SET jit = off
  SET lock_timeout = '2s' AS $$
DECLARE
  v_mark mark%ROWTYPE;
  v_newest BIGINT;
  v_total BIGINT;
  v_tip BIGINT;
  v_entries NUMERIC := p_coming;
  v_bytes NUMERIC := p_coming_bytes;
  v_part part%ROWTYPE;
BEGIN
  IF NOT pg_try_advisory_xact_lock(1650814061, 'mark'::regclass::oid::integer) THEN
    RETURN FALSE;
  END IF;
  SELECT * INTO v_mark FROM mark WHERE id;
  SELECT position INTO v_newest FROM entry
    WHERE position >= v_mark.tip ORDER BY position DESC LIMIT 1;
  IF NOT FOUND THEN
    RETURN FALSE;
  END IF;
  PERFORM seal_v1(v_newest); -- takes long, so most of it is done without the lock
  PERFORM lock_v1();
  SELECT position, total INTO v_newest, v_total FROM entry
    WHERE position >= v_mark.tip ORDER BY position DESC LIMIT 1;
  PERFORM seal_v1(v_newest);
  v_tip := (SELECT max(first) FROM part WHERE first <= v_newest);
  IF v_newest + greatest(p_coming, p_size) > (SELECT max(last) FROM part) THEN
    PERFORM make_parts_v1(v_newest + 1, v_newest + greatest(p_coming, p_size), p_size, v_newest);
  END IF;
  SELECT v_entries + coalesce(sum(entries), 0) INTO v_entries FROM part
    WHERE first < v_tip AND NOT is_gone;
  v_entries := v_entries + v_newest - v_tip + 1;
  v_bytes := v_bytes + v_total - v_mark.total;
  FOR v_part IN SELECT * FROM part WHERE first < v_tip AND NOT is_gone ORDER BY first LOOP
    EXIT WHEN v_part.entries > 0 AND v_entries <= p_entries AND v_bytes <= p_bytes
      AND coalesce((
        -- If its times lie in the future, the part was written before the next one with others.
        SELECT CASE WHEN max_at <= p_now THEN max_at ELSE last_at END FROM part
          WHERE first >= v_part.first AND entries > 0 AND (max_at <= p_now OR last_at <= p_now)
          ORDER BY first LIMIT 1) >= p_now::NUMERIC - p_age, TRUE);
    UPDATE part SET is_gone = TRUE WHERE first = v_part.first;
    v_entries := v_entries - v_part.entries;
    IF v_part.entries > 0 THEN
      v_bytes := v_bytes - (v_part.total - v_mark.total);
      v_mark.total := v_part.total;
    END IF;
    IF v_part.event > v_mark.lost_through THEN
      v_mark.lost_through := v_part.event;
      v_mark.lost_at := greatest(v_mark.lost_at, v_part.event_at);
    END IF;
    v_mark.oldest := (SELECT min(first) FROM part WHERE first > v_part.first);
  END LOOP;
  UPDATE mark SET oldest = v_mark.oldest, lost_through = v_mark.lost_through,
    lost_at = v_mark.lost_at, total = v_mark.total, tip = v_tip
    WHERE id AND (oldest <> v_mark.oldest OR tip <> v_tip);
  RETURN v_mark.swept < v_mark.oldest OR EXISTS (SELECT FROM part WHERE is_gone)
    OR EXISTS (SELECT FROM batch WHERE at < clock_timestamp() - interval '66 minutes');
END
$$;

-- Clears away the names of entries that are gone, and appends that nobody can repeat any more.
CREATE FUNCTION sweep_v1() RETURNS VOID LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET jit = off SET lock_timeout = '2s' AS $$
DECLARE
  v_mark mark%ROWTYPE;
BEGIN
  IF NOT pg_try_advisory_xact_lock(1650814062, 'mark'::regclass::oid::integer) THEN
    RETURN;
  END IF;
  DELETE FROM batch WHERE at < clock_timestamp() - interval '1 hour';
  SELECT * INTO v_mark FROM mark WHERE id;
  IF v_mark.swept < v_mark.oldest THEN
    DELETE FROM name n WHERE n.position < v_mark.oldest AND NOT EXISTS (
      SELECT FROM retained r
        WHERE r.topic = n.topic AND r.audience = n.audience AND r.position = n.position);
    UPDATE mark SET swept = v_mark.oldest WHERE id; -- last: trim_v1 waits for it
  END IF;
END
$$;

-- Drops the table of one partition that is no longer part of the log. Returns whether it has. It
-- waits only shortly for those who read the entries, because all others wait for it meanwhile.
CREATE FUNCTION drop_part_v1() RETURNS BOOLEAN LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
  v_first BIGINT;
BEGIN
  IF NOT pg_try_advisory_xact_lock(1650814062, 'mark'::regclass::oid::integer) THEN
    RETURN FALSE;
  END IF;
  SELECT min(first) INTO v_first FROM part WHERE is_gone;
  IF v_first IS NULL THEN
    RETURN FALSE;
  END IF;
  DELETE FROM part WHERE first = v_first;
  EXECUTE format('DROP TABLE entry_%s', v_first);
  RETURN TRUE;
END
$$;
