@NullMarked
package bellwether.access;

import org.jspecify.annotations.NullMarked;
