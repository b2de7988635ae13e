/** What {@code java -jar bellwether.war log …} does with the files of an event log. */
@NullMarked
package bellwether.tool;

import org.jspecify.annotations.NullMarked;
