/** Publishing and subscribing in your own process, without HTTP. */
@NullMarked
package bellwether.embed;

import org.jspecify.annotations.NullMarked;
