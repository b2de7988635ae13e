/**
 * The {@code text/event-stream} format, in both directions, and checks of the text that is sent.
 */
@NullMarked
package bellwether.wire;

import org.jspecify.annotations.NullMarked;
