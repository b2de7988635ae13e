/** Health and metrics for operators. */
@NullMarked
package bellwether.observe;

import org.jspecify.annotations.NullMarked;
