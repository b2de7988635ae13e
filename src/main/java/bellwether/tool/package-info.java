/** The command line tools of {@code java -jar bellwether.war}, for a log's files and for tokens. */
@NullMarked
package bellwether.tool;

import org.jspecify.annotations.NullMarked;
