/** The pieces that integration tests are made of: servers, clients, proxies, browsers. */
@NullMarked
package bellwether.harness;

import org.jspecify.annotations.NullMarked;
