@NullMarked
package bellwether.table;

import org.jspecify.annotations.NullMarked;
