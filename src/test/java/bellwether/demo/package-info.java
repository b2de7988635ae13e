@NullMarked
package bellwether.demo;

import org.jspecify.annotations.NullMarked;
