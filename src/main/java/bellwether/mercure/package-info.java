/** The Mercure protocol, drafts 7 and 8. */
@NullMarked
package bellwether.mercure;

import org.jspecify.annotations.NullMarked;
