/**
 * What happens to readers and publishers of several nodes when nodes are killed and their
 * PostgreSQL fails over, as a test: see {@code src/site/markdown/reliability.md}.
 */
@NullMarked
package bellwether.faults.cluster;

import org.jspecify.annotations.NullMarked;
