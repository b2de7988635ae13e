/** The way to a table in a database, and what may go wrong on it. */
@NullMarked
package bellwether.table;

import org.jspecify.annotations.NullMarked;
