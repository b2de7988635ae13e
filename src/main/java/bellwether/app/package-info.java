/** Puts everything together, in order, and takes it apart in reverse. */
@NullMarked
package bellwether.app;

import org.jspecify.annotations.NullMarked;
