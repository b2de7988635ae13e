package bellwether.table;

import bellwether.fixtures.Tables;

/** On H2. */
class JdbcLeaseTest extends JdbcLeaseContract {
  JdbcLeaseTest() {
    super(new Tables());
  }
}
