/** What runs a feed of events: the loop over a source that may be away, and the way to a table. */
@NullMarked
package bellwether.feed;

import org.jspecify.annotations.NullMarked;
