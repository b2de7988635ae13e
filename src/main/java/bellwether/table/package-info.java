/** Access to tables in a database, its errors, and the lease. */
@NullMarked
package bellwether.table;

import org.jspecify.annotations.NullMarked;
