/** The settings: texts from the environment become checked values. */
@NullMarked
package bellwether.config;

import org.jspecify.annotations.NullMarked;
