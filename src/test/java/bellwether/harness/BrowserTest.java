package bellwether.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs a browser. Where it is not installed the test is skipped, and says so on
 * System.err; with {@code -Dbellwether.browser=required} (Firefox: {@code bellwether.firefox}) it
 * fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrowserCondition.class)
public @interface BrowserTest {
  BrowserKind value() default BrowserKind.CHROMIUM;
}
