package bellwether.table;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class JdbcTableIT extends JdbcTableContract {
  JdbcTableIT() {
    super(Tables.onPostgres());
  }
}
