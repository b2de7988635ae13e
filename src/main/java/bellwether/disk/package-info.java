/** What both the event log and the revocations ask of a file system. */
@NullMarked
package bellwether.disk;

import org.jspecify.annotations.NullMarked;
