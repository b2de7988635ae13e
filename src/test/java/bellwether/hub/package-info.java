@NullMarked
package bellwether.hub;

import org.jspecify.annotations.NullMarked;
