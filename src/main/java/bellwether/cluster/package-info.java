/** The nodes that share one log: who they are, what each of them holds, and calls between them. */
@NullMarked
package bellwether.cluster;

import org.jspecify.annotations.NullMarked;
