package bellwether.tool;

import bellwether.config.Arguments;
import bellwether.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line of the token tool: it issues a token or, if one is given, verifies it.
 *
 * @param token the token to verify; null to issue one
 * @param draft the only draft that the token is for; null for both
 * @param keyFile the file with the key; null for the key in the settings
 */
record TokenCommand(
    @Nullable String token,
    List<String> publish,
    List<String> subscribe,
    Duration expires,
    @Nullable String subject,
    @Nullable String id,
    @Nullable String issuer,
    @Nullable String audience,
    @Nullable String draft,
    @Nullable Path keyFile) {
  static final String HELP =
      """
      Makes and prints a token that allows publishing, or reading private events.

      Usage: java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war token [OPTION ...]
             java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war token verify TOKEN

        --publish TOPICS     the topics to which it allows publishing; may be repeated
        --subscribe TOPICS   the topics whose private events it allows to read; may be repeated
        --expires DURATION   how long it is valid, such as 15m, 12h or 30d (1h)
        --subject NAME       whose it is: a user, or one of bellwether.operators
        --id TEXT            the id by which it can be revoked (a random one)
        --issuer TEXT        its issuer (bellwether.token.issuer)
        --audience TEXT      its audience, the hub (bellwether.token.audience)
        --draft 7, --draft 8   only for hubs that speak this draft of the Mercure protocol (both)
        --key-file FILE      sign with the key in this file, a secret, PEM or a JWK
                             (bellwether.token.key, or bellwether.token.key.file)

      TOPICS is the name of a topic, * for all topics, or a prefix with a * after it: 'stocks/*'
      means all topics that begin with stocks/, so also stocks/a/b. With --draft 7 it may be a URI
      template, such as 'stocks/{symbol}'. In a shell, put quotes around these.

      verify prints what a token allows, or why it is refused, according to the keys and the other
      token settings. It does not know of revocations. With - for TOKEN it reads one line.

      Settings are system properties or environment variables, as for the server. The context
      parameters of a container are not read.""";

  private static final Duration LONGEST = Duration.ofDays(36500);

  private static final Set<String> OPTIONS =
      Set.of(
          "--publish",
          "--subscribe",
          "--expires",
          "--subject",
          "--id",
          "--issuer",
          "--audience",
          "--draft",
          "--key-file");

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static TokenCommand parse(List<String> words) {
    Arguments arguments = Arguments.of(words, Set.of(), OPTIONS);
    String keyFile = arguments.value("--key-file");
    return new TokenCommand(
        token(arguments),
        arguments.all("--publish"),
        arguments.all("--subscribe"),
        duration(arguments.value("--expires", "1h")),
        arguments.value("--subject"),
        arguments.value("--id"),
        arguments.value("--issuer"),
        arguments.value("--audience"),
        draft(arguments.value("--draft")),
        keyFile == null ? null : Path.of(keyFile));
  }

  /** Returns the token to verify; null if the command issues one, and names its permissions. */
  private static @Nullable String token(Arguments arguments) {
    List<String> names = arguments.plain(); // the command, and a token
    if (names.isEmpty()) {
      if (!arguments.has("--publish")
          && !arguments.has("--subscribe")
          && !arguments.has("--subject")) {
        throw new IllegalArgumentException("--publish, --subscribe or --subject is needed");
      }
      return null;
    }
    if (!names.get(0).equals("verify") || names.size() != 2) {
      throw new IllegalArgumentException("only verify and one token can stand without --");
    }
    for (String option : arguments.options()) {
      if (!option.equals("--key-file")) {
        throw new IllegalArgumentException("verify takes no " + option);
      }
    }
    return names.get(1);
  }

  private static Duration duration(String text) {
    Duration duration = Durations.parse(text);
    if (duration == null || duration.toSeconds() < 1 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "--expires must be " + Durations.EXAMPLES + ", from 1s to " + LONGEST.toDays() + "d");
    }
    return duration;
  }

  private static @Nullable String draft(@Nullable String text) {
    if (text == null || text.equals("7") || text.equals("8")) {
      return text;
    }
    throw new IllegalArgumentException("--draft must be 7 or 8");
  }
}
