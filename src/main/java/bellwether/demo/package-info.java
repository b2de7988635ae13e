/** What demo mode does besides answering requests: load of its own, and a second origin. */
@NullMarked
package bellwether.demo;

import org.jspecify.annotations.NullMarked;
