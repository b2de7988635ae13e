/** The assembly of the application: creates all parts in order, and closes them in reverse. */
@NullMarked
package bellwether.app;

import org.jspecify.annotations.NullMarked;
