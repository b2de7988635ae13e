/** Publishing by SQL, in anybody's transaction, where the tables are in PostgreSQL. */
@NullMarked
package bellwether.outbox;

import org.jspecify.annotations.NullMarked;
