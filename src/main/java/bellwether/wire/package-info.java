/** The {@code text/event-stream} format, both directions, and what is fit to be sent as text. */
@NullMarked
package bellwether.wire;

import org.jspecify.annotations.NullMarked;
