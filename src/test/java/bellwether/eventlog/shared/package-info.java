@NullMarked
package bellwether.eventlog.shared;

import org.jspecify.annotations.NullMarked;
