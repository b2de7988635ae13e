/**
 * A cluster to try: PostgreSQL, three nodes and a balancer on this machine, and a page that shows
 * what happens when nodes are killed.
 */
@NullMarked
package bellwether.trial;

import org.jspecify.annotations.NullMarked;
