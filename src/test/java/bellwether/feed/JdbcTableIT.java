package bellwether.feed;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class JdbcTableIT extends JdbcTableContract {
  JdbcTableIT() {
    super(Tables.onPostgres());
  }
}
