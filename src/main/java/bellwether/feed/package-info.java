/** The loop that runs a feed of events, whose source may be out of reach. */
@NullMarked
package bellwether.feed;

import org.jspecify.annotations.NullMarked;
