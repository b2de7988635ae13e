package bellwether.table;

import bellwether.fixtures.Tables;

/** On H2. */
class JdbcTableTest extends JdbcTableContract {
  JdbcTableTest() {
    super(new Tables());
  }
}
