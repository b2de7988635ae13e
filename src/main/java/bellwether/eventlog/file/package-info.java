/** The event log in files. */
@NullMarked
package bellwether.eventlog.file;

import org.jspecify.annotations.NullMarked;
