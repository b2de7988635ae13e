package bellwether.access;

import bellwether.auth.PublisherKey;
import bellwether.auth.Tokens;
import java.net.URI;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, and where to.
 *
 * @param demo whether requests from this very machine need no key
 * @param secondPort in demo mode, of the other origin that a page connects to; else 0
 * @param key of publishers; null to let none in by key
 * @param isAnonymous whether everybody may open a stream
 * @param takesParameter whether a token may come in the query (Mercure, draft 7)
 * @param corsOrigins of pages that may read answers given to a cookie
 * @param publishOrigins of pages, besides our own, that may change something by a cookie
 * @param hasPublicMetrics whether everybody may see the metrics
 * @param hub the URL of the Mercure hub; null for the one by which a client reached it
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

  /** Knows keys and tokens. */
  public Gate byCredentials() {
    return new CredentialGate(key, tokens, takesParameter, new Origins(publishOrigins), nanoTime);
  }
}
