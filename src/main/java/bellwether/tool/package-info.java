/** What {@code java -jar bellwether.war} does at once and ends: with a log's files, with tokens. */
@NullMarked
package bellwether.tool;

import org.jspecify.annotations.NullMarked;
