@NullMarked
package bellwether.http;

import org.jspecify.annotations.NullMarked;
