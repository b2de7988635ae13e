package bellwether.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stream and what a parser has to tell of it, from the golden corpus {@code wire/*.case}.
 *
 * <pre>
 * # a comment: where the cases come from
 * = the name of a case
 * ~ `a\rb`              an event of this data is encoded as just these bytes (optional)
 * &lt; data: a\n           bytes; the end of the file's line is not one of them
 * &lt; data: b\n
 * &lt; \n
 * &gt; retry 3000           what the parser tells, in this order
 * &gt; comment `text`
 * &gt; event `type` data `data` id `lastEventId`
 * &gt; lastEventId `id`     of the parser, after the last byte (optional)
 * </pre>
 *
 * <p>Escapes are {@code \n \r \t \0 \\}, {@code \xHH} for a byte and {@code \}{@code uHHHH} for a
 * char; nothing else but ASCII is in a file.
 */
public final class GoldenCase {
  public final String name;
  final List<String> told = new ArrayList<>();
  @Nullable String encodedFrom;
  private final StringBuilder stream = new StringBuilder();

  private GoldenCase(String name) {
    this.name = name;
  }

  public byte[] stream() {
    return stream.toString().getBytes(ISO_8859_1);
  }

  public static List<GoldenCase> all() {
    URL corpus = Objects.requireNonNull(GoldenCase.class.getResource("/wire"));
    List<GoldenCase> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(corpus.toURI()))) {
      for (Path file : files.sorted().toList()) {
        read(file, cases);
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
    return cases;
  }

  private static void read(Path file, List<GoldenCase> cases) throws IOException {
    String prefix = file.getFileName() + ": ";
    for (String line : Files.readAllLines(file)) {
      if (line.isEmpty() || line.startsWith("# ")) {
        continue;
      }
      String rest = line.substring(2);
      switch (line.substring(0, 2)) {
        case "= " -> cases.add(new GoldenCase(prefix + rest));
        case "~ " -> last(cases).encodedFrom = unescape(rest.substring(1, rest.length() - 1));
        case "< " -> last(cases).stream.append(unescape(rest));
        case "> " -> last(cases).told.add(unescape(rest));
        default -> throw new AssertionError(prefix + line);
      }
    }
  }

  private static GoldenCase last(List<GoldenCase> cases) {
    return cases.get(cases.size() - 1);
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder();
    int next = 0;
    while (next < text.length()) {
      char c = text.charAt(next++);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char kind = text.charAt(next++);
      int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 0;
      plain.append(
          switch (kind) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '0' -> '\0';
            case '\\' -> '\\';
            case 'x', 'u' -> (char) HexFormat.fromHexDigits(text, next, next + digits);
            default -> throw new AssertionError("\\" + kind + " in " + text);
          });
      next += digits;
    }
    return plain.toString();
  }
}
