@NullMarked
package bellwether.auth;

import org.jspecify.annotations.NullMarked;
