package bellwether.tool;

import bellwether.eventlog.Publication;
import bellwether.eventlog.file.StoredLog;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.Writer;
import java.util.stream.Collectors;

/** Prints a line for each entry, with columns separated by tabs. */
final class Listing implements Selection.Taker {
  private static final int MAX_DATA = 60; // characters

  private final Writer out;

  Listing(Writer out) {
    this.out = out;
  }

  @Override
  public boolean take(StoredLog.Entry entry) throws IOException {
    Publication publication = entry.publication();
    String topics = publication.topics().stream().map(Topic::name).collect(Collectors.joining(" "));
    String type = publication.type() == null ? "message" : publication.type();
    String own = publication.id() == null ? "" : " id=" + publication.id();
    out.write(
        String.join(
            "\t",
            entry.id(),
            entry.time().toString(),
            escaped(topics),
            escaped(type),
            (publication.isPrivate() ? "private" : "public")
                + (entry.isRetained() ? " retained" : "")
                + escaped(own),
            Integer.toString(publication.data().length()),
            beginning(publication.data())));
    out.write('\n');
    return true;
  }

  private static String beginning(String data) {
    if (data.codePointCount(0, data.length()) <= MAX_DATA) {
      return escaped(data);
    }
    return escaped(data.substring(0, data.offsetByCodePoints(0, MAX_DATA))) + "…";
  }

  /** Escapes characters that would move the cursor or reverse the line's direction. */
  private static String escaped(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case '\\' -> result.append("\\\\");
                default -> {
                  if (isHidden(c)) {
                    result.append("\\u{%x}".formatted(c));
                  } else {
                    result.appendCodePoint(c);
                  }
                }
              }
            });
    return result.toString();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
