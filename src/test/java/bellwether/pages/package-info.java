/** The pages and the client module, in real browsers. */
@NullMarked
package bellwether.pages;

import org.jspecify.annotations.NullMarked;
