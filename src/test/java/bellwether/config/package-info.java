@NullMarked
package bellwether.config;

import org.jspecify.annotations.NullMarked;
