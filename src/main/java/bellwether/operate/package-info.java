/** The URLs of operators: health, metrics, draining, revocations. */
@NullMarked
package bellwether.operate;

import org.jspecify.annotations.NullMarked;
