/** Stocks: their table, and the feed that publishes its changes. */
@NullMarked
package bellwether.stock;

import org.jspecify.annotations.NullMarked;
