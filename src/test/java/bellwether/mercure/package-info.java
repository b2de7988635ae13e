@NullMarked
package bellwether.mercure;

import org.jspecify.annotations.NullMarked;
