/** The log that many nodes share, over a store that an engine keeps. */
@NullMarked
package bellwether.eventlog.shared;

import org.jspecify.annotations.NullMarked;
