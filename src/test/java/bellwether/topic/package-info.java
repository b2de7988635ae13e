@NullMarked
package bellwether.topic;

import org.jspecify.annotations.NullMarked;
