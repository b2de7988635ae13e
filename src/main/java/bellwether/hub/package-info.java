/** Publishing to topics and reading them through cursors; topic matching; who is subscribed. */
@NullMarked
package bellwether.hub;

import org.jspecify.annotations.NullMarked;
