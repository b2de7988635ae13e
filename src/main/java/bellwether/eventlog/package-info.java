/** The event log: an append-only sequence of entries with ids, readable after any id still kept. */
@NullMarked
package bellwether.eventlog;

import org.jspecify.annotations.NullMarked;
