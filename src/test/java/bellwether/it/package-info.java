/**
 * The product as a stranger meets it: a WAR in a real container, real sockets, bad networks, real
 * browsers; and the pieces such tests are made of.
 */
@NullMarked
package bellwether.it;

import org.jspecify.annotations.NullMarked;
