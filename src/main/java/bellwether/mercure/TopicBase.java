package bellwether.mercure;

import bellwether.exchange.HubUrl;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The base URL of relative URL patterns and topics (Mercure, draft 8), which is the hub's URL.
 *
 * @param configured the hub's URL as configured; null to use the one that the client used
 */
public record TopicBase(@Nullable URI configured) {
  URI of(HttpServletRequest request) {
    return configured == null ? HubUrl.of(request) : configured;
  }
}
