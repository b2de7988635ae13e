package bellwether.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether the application can do its work: a list of named parts, each well or not. Any thread.
 *
 * @param parts asked on each request, so each must answer at once
 * @param reason why a part is not well, for an operator; empty if there is nothing to say
 */
public record HealthCheck(Map<String, BooleanSupplier> parts, Supplier<Optional<String>> reason) {
  public HealthCheck {
    parts = new LinkedHashMap<>(parts);
  }

  /** One that gives no reason. */
  public HealthCheck(Map<String, BooleanSupplier> parts) {
    this(parts, Optional::empty);
  }

  /** Each part's name and whether it is well. */
  public Map<String, Boolean> ask() {
    Map<String, Boolean> answers = new LinkedHashMap<>();
    parts.forEach((name, isWell) -> answers.put(name, isWell.getAsBoolean()));
    return answers;
  }
}
