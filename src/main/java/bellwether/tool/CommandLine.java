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
 * @param topic the topic that an entry must have; null for any
 * @param after a place, as {@link bellwether.eventlog.file.StoredLog#positionOf} takes it
 * @param limit the most entries
 */
record CommandLine(
    Command command,
    Path directory,
    @Nullable Path target,
    @Nullable Topic topic,
    String after,
    long limit) {
  static final String HELP =
      """
      Reads or copies the files of an event log, even while a server uses them.

      Usage: java -jar bellwether.war log COMMAND

        verify DIRECTORY             read everything; exit with 0 if it is intact, 1 if damaged
        list DIRECTORY [FILTER ...]    a line for each event: id, time, topics, type, length and
                                     beginning of its data
        export DIRECTORY [FILTER ...]  a line of JSON for each event, as POST /events takes them;
                                     without the built-in topics of the server
        backup DIRECTORY TARGET      copy it to a new or empty directory, and verify the copy

        --topic TOPIC                only events on this topic
        --after ID                   only events after this id or position
        --limit NUMBER               at most this number of events

      DIRECTORY is the directory "log" in the one that bellwether.data names.""";

  enum Command {
    VERIFY,
    LIST,
    EXPORT,
    BACKUP
  }

  private static final Set<String> FILTERS = Set.of("--topic", "--after", "--limit");

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static CommandLine parse(List<String> words) {
    Arguments arguments = Arguments.of(words, Set.of(), FILTERS);
    List<String> names = arguments.plain(); // the command, and directories
    Command command = command(names.isEmpty() ? "nothing" : names.get(0));
    int directories = command == Command.BACKUP ? 2 : 1;
    if (names.size() != 1 + directories) {
      throw new IllegalArgumentException(
          names.get(0) + (directories == 1 ? " needs one directory" : " needs two directories"));
    }
    boolean takesFilters = command == Command.LIST || command == Command.EXPORT;
    if (!takesFilters && !arguments.options().isEmpty()) {
      throw new IllegalArgumentException(names.get(0) + " takes no " + arguments.options().get(0));
    }
    String topic = arguments.value("--topic");
    return new CommandLine(
        command,
        Path.of(names.get(1)),
        directories == 2 ? Path.of(names.get(2)) : null,
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
      default ->
          throw new IllegalArgumentException(
              "verify, list, export or backup is needed, and not " + name);
    };
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
