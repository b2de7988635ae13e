/** HTTP requests and answers, as every feature reads and writes them. */
@NullMarked
package bellwether.exchange;

import org.jspecify.annotations.NullMarked;
