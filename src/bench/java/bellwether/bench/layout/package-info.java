/** Prototypes of ways to find in a log of files what a narrow filter wants. See decision 0016. */
@NullMarked
package bellwether.bench.layout;

import org.jspecify.annotations.NullMarked;
