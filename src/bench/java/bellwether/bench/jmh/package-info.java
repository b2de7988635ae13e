/** What single steps of an event's way cost. */
@NullMarked
package bellwether.bench.jmh;

import org.jspecify.annotations.NullMarked;
