package bellwether.access;

import bellwether.auth.PublisherKey;
import bellwether.auth.Tokens;
import java.net.URI;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The access rules of the application, as its settings give them.
 *
 * @param demo whether requests from this machine need no key
 * @param secondPort in demo mode, the port of the second origin that a page connects to; else 0
 * @param key the publisher's key; null to accept none
 * @param isAnonymous whether everyone may open a stream
 * @param takesParameter whether a token in the query is accepted (Mercure, draft 7)
 * @param corsOrigins the origins of pages that may read answers to requests with a cookie
 * @param publishOrigins the origins of pages, besides our own, that may make changes with a cookie
 * @param hasPublicMetrics whether everyone may see the metrics
 * @param hub the URL of the Mercure hub; null to use the one that the client used
 * @param nanoTime as {@link System#nanoTime}
 */
public record Access(
    boolean demo,
    int secondPort,
    @Nullable PublisherKey key,
    Tokens tokens,
    boolean isAnonymous,
    boolean takesParameter,
    List<String> corsOrigins,
    List<String> publishOrigins,
    boolean hasPublicMetrics,
    @Nullable URI hub,
    LongSupplier nanoTime) {

  /** Returns a gate that judges requests by keys and tokens. */
  public Gate byCredentials() {
    return new CredentialGate(key, tokens, takesParameter, new Origins(publishOrigins), nanoTime);
  }
}
