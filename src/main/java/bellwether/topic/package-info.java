/**
 * Topics, and the ways in which a subscriber names those that it wants: exactly, by URI template,
 * by URL pattern.
 */
@NullMarked
package bellwether.topic;

import org.jspecify.annotations.NullMarked;
