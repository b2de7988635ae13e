package bellwether.tool;

import bellwether.eventlog.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for.
 *
 * @param target where a backup goes; null for anything else
 * @param topic on which topic an entry must be; null for any
 * @param after what {@link bellwether.eventlog.StoredLog#positionOf} takes
 * @param limit most entries
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
      Looks into the files of an event log, or copies them, also while a server uses them.

      Usage: java -jar bellwether.war log COMMAND

        verify DIRECTORY             read everything; end with 0 if it is whole, 1 if it is damaged
        list DIRECTORY [FILTER ...]    a line for each event: id, time, topics, type, length and
                                     beginning of its data
        export DIRECTORY [FILTER ...]  a line of JSON for each event, as POST /events takes them;
                                     without the topics that each server makes by itself
        backup DIRECTORY TARGET      copy it into a directory that is new or empty, and verify that

        --topic TOPIC                those on this topic only
        --after ID                   those after this id, or position, only
        --limit NUMBER               so many only

      DIRECTORY is "log" in what bellwether.data names.""";

  enum Command {
    VERIFY,
    LIST,
    EXPORT,
    BACKUP
  }

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static CommandLine parse(List<String> words) {
    Parser parser = new Parser();
    Iterator<String> left = words.iterator();
    while (left.hasNext()) {
      parser.take(left.next(), left);
    }
    return parser.commandLine();
  }

  /** What has been read so far. */
  private static final class Parser {
    private final List<String> names = new ArrayList<>(); // the command, and directories
    private final List<String> filters = new ArrayList<>();
    private @Nullable Topic topic;
    private String after = "0";
    private long limit = Long.MAX_VALUE;

    void take(String word, Iterator<String> next) {
      if (!word.startsWith("--")) {
        names.add(word);
        return;
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      filters.add(name);
      switch (name) {
        case "--topic" -> topic = new Topic(value(word, equals, next));
        case "--after" -> after = value(word, equals, next);
        case "--limit" -> limit = number(value(word, equals, next));
        default -> throw new IllegalArgumentException("there is no option " + name);
      }
    }

    CommandLine commandLine() {
      Command command = command(names.isEmpty() ? "nothing" : names.get(0));
      int directories = command == Command.BACKUP ? 2 : 1;
      if (names.size() != 1 + directories) {
        throw new IllegalArgumentException(
            names.get(0) + (directories == 1 ? " needs one directory" : " needs two directories"));
      }
      boolean takesFilters = command == Command.LIST || command == Command.EXPORT;
      if (!takesFilters && !filters.isEmpty()) {
        throw new IllegalArgumentException(names.get(0) + " takes no " + filters.get(0));
      }
      Path target = directories == 2 ? Path.of(names.get(2)) : null;
      return new CommandLine(command, Path.of(names.get(1)), target, topic, after, limit);
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

    private static String value(String word, int equals, Iterator<String> next) {
      if (equals >= 0) {
        return word.substring(equals + 1);
      }
      if (!next.hasNext()) {
        throw new IllegalArgumentException(word + " needs a value");
      }
      return next.next();
    }

    private static long number(String text) {
      if (text.matches("[0-9]{1,18}")) {
        return Long.parseLong(text);
      }
      throw new IllegalArgumentException("--limit must be a number");
    }
  }
}
