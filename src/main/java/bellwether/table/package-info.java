/** Access to a table in a database, and the errors that may come of it. */
@NullMarked
package bellwether.table;

import org.jspecify.annotations.NullMarked;
