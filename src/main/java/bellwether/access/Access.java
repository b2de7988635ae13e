package bellwether.access;

import bellwether.auth.PublisherKey;
import bellwether.auth.Tokens;
import bellwether.config.Settings;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, and where to.
 *
 * @param demo whether requests from this very machine need no key
 * @param secondPort in demo mode, of the other origin that a page connects to; else 0
 * @param key of publishers; null to let none in by key
 * @param settings which pages and clients need no token, or may use one in a cookie
 * @param nanoTime as {@link System#nanoTime}
 */
public record Access(
    boolean demo,
    int secondPort,
    @Nullable PublisherKey key,
    Tokens tokens,
    Settings.Access settings,
    LongSupplier nanoTime) {

  /** Knows keys and tokens. */
  public Gate byCredentials() {
    return new CredentialGate(
        key, tokens, settings.hasTokenInQuery(), new Origins(settings.publishOrigins()), nanoTime);
  }
}
