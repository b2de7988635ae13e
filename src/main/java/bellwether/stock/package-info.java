/** The stocks: their table, their API, and the feed that publishes changes of the table. */
@NullMarked
package bellwether.stock;

import org.jspecify.annotations.NullMarked;
