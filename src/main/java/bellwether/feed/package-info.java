/** The loop that runs a feed of events, whose source may be away. */
@NullMarked
package bellwether.feed;

import org.jspecify.annotations.NullMarked;
