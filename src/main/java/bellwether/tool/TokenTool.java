package bellwether.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.auth.Algorithms;
import bellwether.auth.Grant;
import bellwether.auth.InvalidTokenException;
import bellwether.auth.JwtTokens;
import bellwether.auth.KeyFile;
import bellwether.auth.NewToken;
import bellwether.auth.RemoteKeys;
import bellwether.auth.Token;
import bellwether.auth.TokenIssuer;
import bellwether.auth.TokenKeys;
import bellwether.auth.TokenRules;
import bellwether.config.Settings;
import bellwether.config.SettingsException;
import bellwether.config.SettingsReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The command line tool for tokens: results go to standard output, errors to standard error. */
public final class TokenTool {
  private static final int DONE = 0;
  private static final int REFUSED = 1;
  private static final int WRONG_USAGE = 2;

  private final Settings.Tokens settings;
  private final InstantSource clock;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream errors;

  private TokenTool(
      Settings.Tokens settings,
      InstantSource clock,
      InputStream in,
      PrintStream out,
      PrintStream errors) {
    this.settings = settings;
    this.clock = clock;
    this.in = in;
    this.out = out;
    this.errors = errors;
  }

  /**
   * Runs the command of these words.
   *
   * @return the exit status of the process
   */
  public static int run(List<String> words) {
    return run(
        words,
        System::getProperty,
        System::getenv,
        InstantSource.system(),
        System.in,
        System.out,
        System.err);
  }

  /**
   * Runs the command of these words, with other settings, another time, and other inputs and
   * outputs.
   */
  public static int run(
      List<String> words,
      Function<String, @Nullable String> properties,
      Function<String, @Nullable String> environment,
      InstantSource clock,
      InputStream in,
      PrintStream out,
      PrintStream errors) {
    if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
      out.println(TokenCommand.HELP);
      return words.isEmpty() ? WRONG_USAGE : DONE;
    }
    try {
      TokenCommand asked = TokenCommand.parse(words);
      Settings.Tokens settings =
          new SettingsReader(properties, environment, key -> null, Path.of(""), 1).tokens();
      return new TokenTool(settings, clock, in, out, errors).run(asked);
    } catch (IllegalArgumentException | SettingsException e) {
      errors.println(e.getMessage() + "; token --help shows what there is");
      return WRONG_USAGE;
    } catch (IOException e) {
      errors.println("Not done: " + e.getMessage());
      return REFUSED;
    }
  }

  private int run(TokenCommand asked) throws IOException {
    Algorithms allowed =
        named("bellwether.token.algorithms", () -> Algorithms.named(settings.algorithms()));
    String token = asked.token();
    if (token == null) {
      out.println(issuer(asked, allowed).issue(newToken(asked)));
      return DONE;
    }
    try (TokenKeys keys = keys(asked, allowed)) {
      keys.refreshIfDue();
      return verify(token.equals("-") ? line() : token, keys);
    }
  }

  private TokenIssuer issuer(TokenCommand asked, Algorithms allowed) {
    Path given = asked.keyFile();
    if (given != null) {
      return named("--key-file", () -> TokenIssuer.with(given, allowed));
    }
    String key = settings.key();
    if (key != null) {
      return named("bellwether.token.key", () -> TokenIssuer.with(key, allowed));
    }
    Path file = settings.keyFile();
    if (file != null) {
      return named("bellwether.token.key.file", () -> TokenIssuer.with(file, allowed));
    }
    throw new IllegalArgumentException(
        "there is no key to sign with: set bellwether.token.key, or give --key-file");
  }

  private NewToken newToken(TokenCommand asked) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new NewToken(
        asked.publish(),
        asked.subscribe(),
        asked.id() == null ? UUID.randomUUID().toString() : asked.id(),
        asked.subject(),
        asked.issuer() == null ? settings.issuer() : asked.issuer(),
        asked.audience() == null ? settings.audience() : asked.audience(),
        now,
        now.plus(asked.expires()),
        !"8".equals(asked.draft()),
        !"7".equals(asked.draft()));
  }

  private TokenKeys keys(TokenCommand asked, Algorithms allowed) {
    Path file = asked.keyFile() == null ? settings.keyFile() : asked.keyFile();
    if (file != null) {
      return new KeyFile(file, allowed);
    }
    String key = settings.key();
    if (key != null) {
      return named("bellwether.token.key", () -> TokenKeys.of(key, allowed));
    }
    URI keySet = settings.keySet();
    if (keySet != null) {
      return new RemoteKeys(keySet, allowed, System::nanoTime);
    }
    throw new IllegalArgumentException(
        "there is no key to check it with: set bellwether.token.key, or give --key-file");
  }

  private int verify(String text, TokenKeys keys) {
    TokenRules rules = TokenRules.of(settings.issuer(), settings.audience(), settings.operators());
    try {
      Grant grant = new JwtTokens(keys, rules, token -> false, clock).verify(text);
      show(grant, grant.token());
      return DONE;
    } catch (InvalidTokenException e) {
      errors.println("Refused: " + e.getMessage());
      return REFUSED;
    }
  }

  private void show(Grant grant, @Nullable Token token) {
    show("publish", grant.publish());
    show("subscribe", grant.subscribe());
    show("operator", grant.isOperator() ? "yes" : "no");
    if (token != null) {
      show("subject", token.subject());
      show("id", token.id());
      show("issued", token.issuedAt());
      show("expires", token.expiresAt());
    }
  }

  private void show(String name, @Nullable Object value) {
    if (value != null && !value.toString().isEmpty()) {
      out.println(name + ": " + value);
    }
  }

  private String line() throws IOException {
    String line = new BufferedReader(new InputStreamReader(in, UTF_8)).readLine();
    return line == null ? "" : line.strip();
  }

  private static <T> T named(String name, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
