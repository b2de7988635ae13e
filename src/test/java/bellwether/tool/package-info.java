@NullMarked
package bellwether.tool;

import org.jspecify.annotations.NullMarked;
