package bellwether.access;

import bellwether.auth.PublisherKey;
import bellwether.auth.Tokens;
import bellwether.config.Settings;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The access rules of the application, as its settings give them.
 *
 * @param demo whether requests from this machine need no key
 * @param secondPort in demo mode, the port of the second origin that a page connects to; else 0
 * @param key the publisher's key; null to accept none
 * @param settings name the pages and clients that need no token, or may use one in a cookie
 * @param nanoTime as {@link System#nanoTime}
 */
public record Access(
    boolean demo,
    int secondPort,
    @Nullable PublisherKey key,
    Tokens tokens,
    Settings.Access settings,
    LongSupplier nanoTime) {

  /** Returns a gate that judges requests by keys and tokens. */
  public Gate byCredentials() {
    return new CredentialGate(
        key, tokens, settings.hasTokenInQuery(), new Origins(settings.publishOrigins()), nanoTime);
  }
}
