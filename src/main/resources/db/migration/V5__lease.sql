-- One row: which of the servers that share these tables works on them, and until when, by the
-- database's own clock. It names the event log of that server: what is published from the tables
-- goes there, and nowhere else.
CREATE TABLE bellwether_lease (
  id       SMALLINT                 PRIMARY KEY CHECK (id = 1),
  log_name VARCHAR(200)             NOT NULL,
  holder   VARCHAR(64)              NOT NULL,  -- one life of a server
  ends_at  TIMESTAMP WITH TIME ZONE NOT NULL
);
