package bellwether.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * A class of tests that is run once in each {@link BrowserKind}: a field with {@code @Parameter}
 * gets the {@link Browser}, which is closed after the last test. One that is not installed is left
 * out or a failure, as {@link BrowserTest} says.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(allowZeroInvocations = true)
@ArgumentsSource(EveryBrowserTest.Browsers.class)
@interface EveryBrowserTest {

  /** Starts each browser when its turn has come. */
  final class Browsers implements ArgumentsProvider {
    @Override
    public Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      return Stream.of(BrowserKind.values())
          .filter(kind -> BrowserCondition.absence(kind, context.getDisplayName()).isEmpty())
          .map(kind -> Arguments.of(Browser.start(kind)));
    }
  }
}
