@NullMarked
package bellwether.eventlog;

import org.jspecify.annotations.NullMarked;
