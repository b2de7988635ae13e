/** Access control for requests: credentials, gates, origins, limits. */
@NullMarked
package bellwether.access;

import org.jspecify.annotations.NullMarked;
