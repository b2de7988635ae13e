/** Tokens, their keys and grants, and revocations. */
@NullMarked
package bellwether.auth;

import org.jspecify.annotations.NullMarked;
