@NullMarked
package bellwether.operate;

import org.jspecify.annotations.NullMarked;
