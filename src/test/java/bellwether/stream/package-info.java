@NullMarked
package bellwether.stream;

import org.jspecify.annotations.NullMarked;
