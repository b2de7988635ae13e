package bellwether.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A class of tests that is run once in each {@link BrowserKind}: a field with {@code @Parameter}
 * gets the {@link Browser}, which is closed after the last test. One that is not installed is left
 * out or a failure, as {@link BrowserTest} says.
 *
 * <p>Where browsers do not differ in what is tested, {@code mvn verify} runs the class in Chromium,
 * and the long run ({@code mvn verify -Psoak}) in the others.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("browser")
@ParameterizedClass(allowZeroInvocations = true)
@ArgumentsSource(EveryBrowserTest.Browsers.class)
public @interface EveryBrowserTest {
  /** Whether browsers differ in what is tested, so that all of them have their turn at once. */
  boolean differ() default false;

  /** Starts each browser when its turn has come. */
  final class Browsers implements ArgumentsProvider {
    @Override
    public Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      return Stream.of(BrowserKind.values())
          .filter(kind -> isTurn(kind, context.getRequiredTestClass()))
          .filter(kind -> BrowserCondition.absence(kind, context.getDisplayName()).isEmpty())
          .map(kind -> Arguments.of(Browser.start(kind)));
    }

    private static boolean isTurn(BrowserKind kind, Class<?> tests) {
      boolean isLong = Boolean.getBoolean("bellwether.tests.long");
      if (isLong
          && AnnotationSupport.findRepeatableAnnotations(tests, Tag.class).stream()
              .anyMatch(tag -> tag.value().equals("soak"))) {
        return true;
      }
      return tests.getAnnotation(EveryBrowserTest.class).differ()
          ? !isLong
          : isLong != (kind == BrowserKind.CHROMIUM);
    }
  }
}
