/** A TCP proxy on loopback, and what it can do to the connections through it. */
@NullMarked
package bellwether.harness.proxy;

import org.jspecify.annotations.NullMarked;
