package bellwether.mercure;

import bellwether.exchange.HubUrl;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What relative URL patterns and topics are resolved against (Mercure, draft 8): the hub's URL.
 *
 * @param configured the hub's own; null for the one by which a client reached it
 */
public record TopicBase(@Nullable URI configured) {
  URI of(HttpServletRequest request) {
    return configured == null ? HubUrl.of(request) : configured;
  }
}
