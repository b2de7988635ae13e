CREATE TABLE stock (
  symbol     VARCHAR(16)              NOT NULL PRIMARY KEY,
  name       VARCHAR(200)             NOT NULL CHECK (CHAR_LENGTH(name) >= 1),
  price      NUMERIC(19, 8)           NOT NULL CHECK (price >= 0),
  quantity   BIGINT                   NOT NULL CHECK (quantity >= 0),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL
);
