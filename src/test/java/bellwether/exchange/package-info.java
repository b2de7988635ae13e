@NullMarked
package bellwether.exchange;

import org.jspecify.annotations.NullMarked;
