/** Measures servers of event streams side by side. See src/site/markdown/benchmarks.md. */
@NullMarked
package bellwether.bench;

import org.jspecify.annotations.NullMarked;
