/** The store of a shared log in PostgreSQL. */
@NullMarked
package bellwether.eventlog.postgres;

import org.jspecify.annotations.NullMarked;
