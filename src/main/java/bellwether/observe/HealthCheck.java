package bellwether.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Whether the application can do its work: a list of named parts, each well or not. Any thread.
 *
 * @param parts asked on each request, so each must answer at once
 */
public record HealthCheck(Map<String, BooleanSupplier> parts) {
  public HealthCheck {
    parts = new LinkedHashMap<>(parts);
  }

  /** Each part's name and whether it is well. */
  public Map<String, Boolean> ask() {
    Map<String, Boolean> answers = new LinkedHashMap<>();
    parts.forEach((name, isWell) -> answers.put(name, isWell.getAsBoolean()));
    return answers;
  }
}
