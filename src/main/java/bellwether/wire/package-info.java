/** The {@code text/event-stream} format, both directions, and nothing else. */
@NullMarked
package bellwether.wire;

import org.jspecify.annotations.NullMarked;
