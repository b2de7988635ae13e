/** The hub in your own process: publish and subscribe without HTTP. */
@NullMarked
package bellwether.embed;

import org.jspecify.annotations.NullMarked;
