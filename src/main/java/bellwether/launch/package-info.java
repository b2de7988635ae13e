/** The WAR as a program of its own: {@code java -jar bellwether.war}. */
@NullMarked
package bellwether.launch;

import org.jspecify.annotations.NullMarked;
