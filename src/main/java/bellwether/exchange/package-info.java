/** Reading HTTP requests and writing answers, for every feature. */
@NullMarked
package bellwether.exchange;

import org.jspecify.annotations.NullMarked;
