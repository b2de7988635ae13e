/**
 * Topics, and the filters by which a subscriber names them: exact names, URI templates, URL
 * patterns.
 */
@NullMarked
package bellwether.topic;

import org.jspecify.annotations.NullMarked;
