@NullMarked
package bellwether.observe;

import org.jspecify.annotations.NullMarked;
