/** The event streams at /events: connections, polls, publishing, draining. */
@NullMarked
package bellwether.stream;

import org.jspecify.annotations.NullMarked;
