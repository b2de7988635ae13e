@NullMarked
package bellwether.embed;

import org.jspecify.annotations.NullMarked;
