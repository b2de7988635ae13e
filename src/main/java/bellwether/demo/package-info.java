/**
 * Demo mode: the server's own load tests, example streams, and a second origin, for the pages of
 * the demo and the guide.
 */
@NullMarked
package bellwether.demo;

import org.jspecify.annotations.NullMarked;
