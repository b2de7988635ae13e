package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.disk.DirectorySync;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The revocations in a file of readable lines. The file is replaced as a whole; so it is complete,
 * unless another program has changed it.
 */
record RevocationFile(Path path) {
  /*
   * bellwether-revocations 1
   * token order-service-17 2026-11-26T10:00:00Z       the id, percent-encoded; when it can be dropped
   * token for-ever never
   * subject bob 2026-11-26T08:30:00.250Z              issued before
   * end 3                                             so many
   */
  private static final String TITLE = "bellwether-revocations 1";
  private static final String NEVER = "never";

  /**
   * The contents of the file.
   *
   * @param tokens the ids of revoked tokens, and the times at which these have expired; {@link
   *     Instant#MAX} if never
   * @param subjects the revoked subjects, and the time up to which their tokens were issued
   */
  record Content(Map<String, Instant> tokens, Map<String, Instant> subjects) {
    int size() {
      return tokens.size() + subjects.size();
    }
  }

  /**
   * Reads the file; without a file there are no revocations.
   *
   * @throws IOException if it cannot be read, or is damaged
   */
  Content read() throws IOException {
    Content content = new Content(new HashMap<>(), new HashMap<>());
    if (!Files.exists(path)) {
      return content;
    }
    List<String> lines = new String(Files.readAllBytes(path), UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(TITLE)) {
      throw new IOException(
          path + " does not begin with \"" + TITLE + "\": it is damaged, or of a newer version");
    }
    for (int i = 1; i < lines.size(); i++) {
      try {
        boolean isLast = i == lines.size() - 1;
        take(lines.get(i).split(" ", -1), isLast, content);
      } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
        throw new IOException(path + " is damaged in line " + (i + 1));
      }
    }
    if (lines.size() == 1) {
      throw new IOException(path + " is damaged: its end is not there");
    }
    return content;
  }

  private static void take(String[] words, boolean isLast, Content content) {
    boolean isEnd = words[0].equals("end");
    if (isEnd != isLast || words.length != (isEnd ? 2 : 3)) {
      throw new IllegalArgumentException("the end, and nothing after it, was expected");
    }
    switch (words[0]) {
      case "token" ->
          content
              .tokens()
              .put(decoded(words[1]), words[2].equals(NEVER) ? Instant.MAX : time(words[2]));
      case "subject" -> content.subjects().put(decoded(words[1]), time(words[2]));
      case "end" -> {
        if (Integer.parseInt(words[1]) != content.size()) {
          throw new IllegalArgumentException("lines are missing");
        }
      }
      default -> throw new IllegalArgumentException("no such line is known");
    }
  }

  /** Writes the file; returns once it is on the medium, in place of the earlier one. */
  void write(Content content) throws IOException {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    content
        .tokens()
        .forEach(
            (id, until) ->
                text.append("token ")
                    .append(encoded(id))
                    .append(' ')
                    .append(until.equals(Instant.MAX) ? NEVER : until)
                    .append('\n'));
    content
        .subjects()
        .forEach(
            (subject, before) ->
                text.append("subject ")
                    .append(encoded(subject))
                    .append(' ')
                    .append(before)
                    .append('\n'));
    text.append("end ").append(content.size()).append('\n');
    replace(text.toString().getBytes(UTF_8));
  }

  private void replace(byte[] bytes) throws IOException {
    Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.createDirectories(directory);
    Files.write(
        temporary,
        bytes,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.DSYNC);
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DirectorySync.sync(directory); // its new name as well
  }

  private static Instant time(String text) {
    return Instant.parse(text);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
