@NullMarked
package bellwether.eventlog.postgres;

import org.jspecify.annotations.NullMarked;
