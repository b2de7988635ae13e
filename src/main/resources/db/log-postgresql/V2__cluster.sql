-- What the nodes of a log know of each other. All times are by the clock of this database.
--
-- What a node says of itself is worth nothing once that node is gone, so these tables are not
-- logged: after a crash, and on a standby that takes over, they are empty, and the nodes say it again.

-- The nodes that live. One that is killed stays until its time is over.
CREATE UNLOGGED TABLE node (
  life UUID NOT NULL PRIMARY KEY, -- of the process
  name TEXT NOT NULL,
  rules TEXT NOT NULL, -- the settings that all nodes must have alike
  since TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  until TIMESTAMPTZ NOT NULL
);

-- What a node has at the moment, such as the streams of one client.
CREATE UNLOGGED TABLE holding (
  life UUID NOT NULL REFERENCES node ON DELETE CASCADE,
  kind TEXT NOT NULL,
  id UUID NOT NULL,
  amount BIGINT NOT NULL DEFAULT 0,
  body TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (life, kind, id)
);
CREATE INDEX holding_kind ON holding (kind, id);

-- What one node asks of another, and what that answers. It is deleted when it is read.
CREATE UNLOGGED TABLE message (
  number BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  receiver UUID NOT NULL,
  body TEXT NOT NULL,
  until TIMESTAMPTZ NOT NULL
);
CREATE INDEX message_receiver ON message (receiver, number);

-- Revoked tokens: by a token's id, until it has expired by itself; or all of a subject that were
-- issued before a time. Names may be longer than an index allows, so the key has a digest.
CREATE TABLE revocation (
  kind TEXT NOT NULL CHECK (kind IN ('token', 'subject')),
  digest UUID NOT NULL,
  name TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL, -- infinity for a token that never expires
  PRIMARY KEY (kind, digest)
);
