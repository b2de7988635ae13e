/** Publishing events, and reading them through cursors. */
@NullMarked
package bellwether.hub;

import org.jspecify.annotations.NullMarked;
