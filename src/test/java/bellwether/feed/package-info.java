@NullMarked
package bellwether.feed;

import org.jspecify.annotations.NullMarked;
