/**
 * What happens to readers and publishers when connections break and the server is killed, as a
 * test: see {@code src/site/markdown/reliability.md}.
 */
@NullMarked
package bellwether.faults;

import org.jspecify.annotations.NullMarked;
