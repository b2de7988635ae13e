/** The WAR in real containers, over real sockets and bad networks. */
@NullMarked
package bellwether.it;

import org.jspecify.annotations.NullMarked;
