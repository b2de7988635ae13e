package bellwether.tool;

import bellwether.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for: a token, or if there is one, whether it is good.
 *
 * @param token to be looked at; null if one is to be made
 * @param draft the only one that it is for; null for both
 * @param keyFile null for the key that is set
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
      Makes a token that allows to publish, or to read what is private, and prints it.

      Usage: java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war token [OPTION ...]
             java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war token verify TOKEN

        --publish TOPICS     it allows to publish to these; may be repeated
        --subscribe TOPICS   it allows to read what is private on these; may be repeated
        --expires DURATION   from now on, such as 15m, 12h or 30d (1h)
        --subject NAME       whom it is for: a user, or one of bellwether.operators
        --id TEXT            what it can be revoked by (a random one)
        --issuer TEXT        who says that he has made it (bellwether.token.issuer)
        --audience TEXT      the hub it is for (bellwether.token.audience)
        --draft 7, --draft 8   only for hubs that speak this draft of the Mercure protocol (both)
        --key-file FILE      sign with the key in this file, a secret, PEM or a JWK
                             (bellwether.token.key, or bellwether.token.key.file)

      TOPICS is the name of a topic, * for all topics, or a * after a beginning: 'stocks/*' is all
      that begin with stocks/, so also stocks/a/b. With --draft 7 it may be a URI template, such
      as 'stocks/{symbol}'. A shell wants quotes around these.

      verify says what a token allows, or why it is refused, by the keys and the other settings of
      tokens here. It does not know what has been revoked. With - for TOKEN it reads one line.

      Settings are system properties or environment variables, as for the server. What is a context
      parameter in a container is not seen here.""";

  private static final Duration LONGEST = Duration.ofDays(36500);

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static TokenCommand parse(List<String> words) {
    Parser parser = new Parser();
    Iterator<String> left = words.iterator();
    while (left.hasNext()) {
      parser.take(left.next(), left);
    }
    return parser.command();
  }

  /** What has been read so far. */
  private static final class Parser {
    private final List<String> names = new ArrayList<>(); // the command, and a token
    private final List<String> options = new ArrayList<>();
    private final List<String> publish = new ArrayList<>();
    private final List<String> subscribe = new ArrayList<>();
    private Duration expires = Duration.ofHours(1);
    private @Nullable String subject;
    private @Nullable String id;
    private @Nullable String issuer;
    private @Nullable String audience;
    private @Nullable String draft;
    private @Nullable Path keyFile;

    void take(String word, Iterator<String> next) {
      if (!word.startsWith("--")) {
        names.add(word);
        return;
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      options.add(name);
      switch (name) {
        case "--publish" -> publish.add(value(word, equals, next));
        case "--subscribe" -> subscribe.add(value(word, equals, next));
        case "--expires" -> expires = duration(value(word, equals, next));
        case "--subject" -> subject = value(word, equals, next);
        case "--id" -> id = value(word, equals, next);
        case "--issuer" -> issuer = value(word, equals, next);
        case "--audience" -> audience = value(word, equals, next);
        case "--draft" -> draft = draft(value(word, equals, next));
        case "--key-file" -> keyFile = Path.of(value(word, equals, next));
        default -> throw new IllegalArgumentException("there is no option " + name);
      }
    }

    TokenCommand command() {
      String token = null;
      if (!names.isEmpty()) {
        if (!names.get(0).equals("verify") || names.size() != 2) {
          throw new IllegalArgumentException("only verify and one token can stand without --");
        }
        token = names.get(1);
        requireOnly("--key-file");
      } else if (publish.isEmpty() && subscribe.isEmpty() && subject == null) {
        throw new IllegalArgumentException("--publish, --subscribe or --subject is needed");
      }
      return new TokenCommand(
          token, publish, subscribe, expires, subject, id, issuer, audience, draft, keyFile);
    }

    private void requireOnly(String allowed) {
      for (String option : options) {
        if (!option.equals(allowed)) {
          throw new IllegalArgumentException("verify takes no " + option);
        }
      }
    }

    private static Duration duration(String text) {
      Duration duration = Durations.parse(text);
      if (duration == null || duration.toSeconds() < 1 || duration.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "--expires must be " + Durations.EXAMPLES + ", from 1s to " + LONGEST.toDays() + "d");
      }
      return duration;
    }

    private static String draft(String text) {
      if (text.equals("7") || text.equals("8")) {
        return text;
      }
      throw new IllegalArgumentException("--draft must be 7 or 8");
    }

    private static String value(String word, int equals, Iterator<String> next) {
      String value = equals >= 0 ? word.substring(equals + 1) : next.hasNext() ? next.next() : "";
      if (value.isEmpty()) {
        throw new IllegalArgumentException(word + " needs a value");
      }
      return value;
    }
  }
}
