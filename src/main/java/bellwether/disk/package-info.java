/** Durability of file names, which both the event log and the revocations need. */
@NullMarked
package bellwether.disk;

import org.jspecify.annotations.NullMarked;
