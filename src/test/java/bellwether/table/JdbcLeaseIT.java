package bellwether.table;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class JdbcLeaseIT extends JdbcLeaseContract {
  JdbcLeaseIT() {
    super(Tables.onPostgres());
  }
}
