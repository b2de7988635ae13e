/** What runs a feed of events: the loop over a source that may be away. */
@NullMarked
package bellwether.feed;

import org.jspecify.annotations.NullMarked;
