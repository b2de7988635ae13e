/** The settings, which are read as texts and become checked values. */
@NullMarked
package bellwether.config;

import org.jspecify.annotations.NullMarked;
