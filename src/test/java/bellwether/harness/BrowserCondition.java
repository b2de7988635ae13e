package bellwether.harness;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides what {@link BrowserTest} promises. */
final class BrowserCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), BrowserTest.class)
        .map(test -> evaluate(test.value(), context.getDisplayName()))
        .orElseGet(() -> ConditionEvaluationResult.enabled("needs no browser of its own"));
  }

  private static ConditionEvaluationResult evaluate(BrowserKind kind, String test) {
    return absence(kind, test)
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled(kind + " is installed"));
  }

  /** Why the test cannot be run, which is then said aloud; empty if it can. */
  static Optional<String> absence(BrowserKind kind, String test) {
    if (kind.isInstalled()) {
      return Optional.empty();
    }
    String reason = kind + " or its driver is not installed";
    if (System.getProperty(kind.property(), "").equals("required")) {
      throw new AssertionError(reason + ", but -D" + kind.property() + "=required");
    }
    System.err.println("BROWSER TEST SKIPPED: " + test + ": " + reason);
    return Optional.of(reason);
  }
}
