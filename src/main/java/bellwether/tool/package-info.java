/**
 * The tools of {@code java -jar bellwether.war} that do one thing and end: with a log's files, with
 * tokens.
 */
@NullMarked
package bellwether.tool;

import org.jspecify.annotations.NullMarked;
