package bellwether.tool;

import bellwether.config.Arguments;
import bellwether.topic.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line of the log tool.
 *
 * @param target the directory of a backup; null for other commands
 * @param to the URL of the database to which the log is moved; null for other commands
 * @param from the URL of the database from which the log is moved; null for other commands
 * @param topic the topic that an entry must have; null for any
 * @param after a place, as {@link bellwether.eventlog.file.StoredLog#positionOf} takes it
 * @param limit the most entries
 */
record CommandLine(
    Command command,
    Path directory,
    @Nullable Path target,
    @Nullable String to,
    @Nullable String from,
    @Nullable Topic topic,
    String after,
    long limit) {
  static final String HELP =
      """
      Reads, copies or moves an event log. Only for moving must no server use it.

      Usage: java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war log COMMAND

        verify DIRECTORY             read everything; exit with 0 if it is intact, 1 if damaged
        list DIRECTORY [FILTER ...]    a line for each event: id, time, topics, type, length and
                                     beginning of its data
        export DIRECTORY [FILTER ...]  a line of JSON for each event, as POST /events takes them;
                                     without the built-in topics of the server
        backup DIRECTORY TARGET      copy it to a new or empty directory, and verify the copy
        move DIRECTORY --to URL      write it to PostgreSQL, where many servers can share it
        move DIRECTORY --from URL    write the log in PostgreSQL to a new or empty directory, and
                                     verify that

        --topic TOPIC                only events on this topic
        --after ID                   only events after this id or position
        --limit NUMBER               at most this number of events

      DIRECTORY is the directory "log" in the one that bellwether.data names. URL is such as
      jdbc:postgresql://host/database. The user and the password are the settings
      bellwether.database.user and bellwether.database.password, as for the server: system
      properties, or the environment variables BELLWETHER_DATABASE_USER and
      BELLWETHER_DATABASE_PASSWORD. What is moved stays where it was, too.""";

  enum Command {
    VERIFY,
    LIST,
    EXPORT,
    BACKUP,
    MOVE
  }

  private static final Set<String> FILTERS = Set.of("--topic", "--after", "--limit");
  private static final Set<String> PLACES = Set.of("--to", "--from");
  private static final Set<String> OPTIONS =
      Set.of("--topic", "--after", "--limit", "--to", "--from");

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static CommandLine parse(List<String> words) {
    Arguments arguments = Arguments.of(words, Set.of(), OPTIONS);
    List<String> names = arguments.plain(); // the command, and directories
    Command command = command(names.isEmpty() ? "nothing" : names.get(0));
    int directories = command == Command.BACKUP ? 2 : 1;
    if (names.size() != 1 + directories) {
      throw new IllegalArgumentException(
          names.get(0) + (directories == 1 ? " needs one directory" : " needs two directories"));
    }
    for (String option : arguments.options()) {
      if (!optionsOf(command).contains(option)) {
        throw new IllegalArgumentException(names.get(0) + " takes no " + option);
      }
    }
    if (command == Command.MOVE && arguments.has("--to") == arguments.has("--from")) {
      throw new IllegalArgumentException("move needs --to or --from");
    }
    String topic = arguments.value("--topic");
    return new CommandLine(
        command,
        Path.of(names.get(1)),
        directories == 2 ? Path.of(names.get(2)) : null,
        url(arguments, "--to"),
        url(arguments, "--from"),
        topic == null ? null : new Topic(topic),
        arguments.value("--after", "0"),
        limit(arguments.value("--limit")));
  }

  private static Command command(String name) {
    return switch (name) {
      case "verify" -> Command.VERIFY;
      case "list" -> Command.LIST;
      case "export" -> Command.EXPORT;
      case "backup" -> Command.BACKUP;
      case "move" -> Command.MOVE;
      default ->
          throw new IllegalArgumentException(
              "verify, list, export, backup or move is needed, and not " + name);
    };
  }

  private static Set<String> optionsOf(Command command) {
    return switch (command) {
      case LIST, EXPORT -> FILTERS;
      case MOVE -> PLACES;
      default -> Set.of();
    };
  }

  private static @Nullable String url(Arguments arguments, String option) {
    String url = arguments.value(option);
    if (url != null && !url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(option + " must start with jdbc:postgresql:");
    }
    return url;
  }

  private static long limit(@Nullable String text) {
    if (text == null) {
      return Long.MAX_VALUE;
    }
    if (text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    throw new IllegalArgumentException("--limit must be a number");
  }
}
