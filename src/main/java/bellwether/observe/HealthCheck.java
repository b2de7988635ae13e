package bellwether.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A check whether the application can do its work: a list of named parts, each healthy or not. Any
 * thread.
 *
 * @param parts the parts; each is asked on each request, so it must answer at once
 * @param own the names of the parts that are this server's own: if one of those is not healthy,
 *     another server may do better. If another part is not, it is the same for all servers
 * @param reason says for an operator why a part is not healthy; empty if there is nothing to say
 */
public record HealthCheck(
    Map<String, BooleanSupplier> parts, Set<String> own, Supplier<Optional<String>> reason) {
  public HealthCheck {
    parts = new LinkedHashMap<>(parts);
    own = Set.copyOf(own);
  }

  /** Creates a check that gives no reason. */
  public HealthCheck(Map<String, BooleanSupplier> parts) {
    this(parts, parts.keySet(), Optional::empty);
  }

  /** Returns each part's name and whether it is healthy. */
  public Map<String, Boolean> ask() {
    Map<String, Boolean> answers = new LinkedHashMap<>();
    parts.forEach((name, isWell) -> answers.put(name, isWell.getAsBoolean()));
    return answers;
  }
}
