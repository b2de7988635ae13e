package bellwether.config;

import bellwether.config.Settings.Tokens;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings of tokens. Whether a key is any good is for those to say who use it. */
record TokenSettings(Source source) {
  static final Set<String> KEYS =
      Set.of(
          "bellwether.token.key",
          "bellwether.token.key.file",
          "bellwether.token.jwks.url",
          "bellwether.token.algorithms",
          "bellwether.token.issuer",
          "bellwether.token.audience",
          "bellwether.operators");

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  Tokens read() {
    requireOneSourceOfKeys();
    return new Tokens(
        source.text("bellwether.token.key"),
        keyFile(),
        keySet(),
        source.words("bellwether.token.algorithms"),
        source.text("bellwether.token.issuer"),
        source.text("bellwether.token.audience"),
        Set.copyOf(source.words("bellwether.operators")));
  }

  /** A token that one issuer's key has signed must not pass for another's. */
  private void requireOneSourceOfKeys() {
    String first = null;
    for (String key :
        List.of("bellwether.token.key", "bellwether.token.key.file", "bellwether.token.jwks.url")) {
      if (source.text(key) != null) {
        if (first != null) {
          throw new SettingsException(key, "must not be set together with " + first);
        }
        first = key;
      }
    }
  }

  private @Nullable Path keyFile() {
    String text = source.text("bellwether.token.key.file");
    try {
      return text == null ? null : Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new SettingsException("bellwether.token.key.file", "must be the path of a file");
    }
  }

  /** Whoever can change what is read there can make tokens: so it is read over TLS. */
  private @Nullable URI keySet() {
    String text = source.text("bellwether.token.jwks.url");
    if (text == null) {
      return null;
    }
    try {
      URI url = new URI(text);
      String host = url.getHost();
      if (host != null
          && url.getRawUserInfo() == null
          && ("https".equalsIgnoreCase(url.getScheme())
              || ("http".equalsIgnoreCase(url.getScheme()) && LOOPBACK.matcher(host).matches()))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new SettingsException(
        "bellwether.token.jwks.url",
        "must be a URL with https, or with http on this very machine, and without a user");
  }
}
