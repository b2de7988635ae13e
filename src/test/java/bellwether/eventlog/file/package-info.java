@NullMarked
package bellwether.eventlog.file;

import org.jspecify.annotations.NullMarked;
