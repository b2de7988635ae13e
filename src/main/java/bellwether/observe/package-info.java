/** What an operator may ask. */
@NullMarked
package bellwether.observe;

import org.jspecify.annotations.NullMarked;
