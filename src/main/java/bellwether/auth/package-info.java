/** Tokens and keys: who may do what. */
@NullMarked
package bellwether.auth;

import org.jspecify.annotations.NullMarked;
