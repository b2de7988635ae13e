package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.auth.Revocation.Kind;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The revocations in a file of readable lines. The file is replaced as a whole; so it is complete,
 * unless another program has changed it.
 */
final class RevocationFile implements RevocationRecords {
  /*
   * bellwether-revocations 1
   * token order-service-17 2026-11-26T10:00:00Z       the id, percent-encoded; when it can be dropped
   * token for-ever never
   * subject bob 2026-11-26T08:30:00.250Z              issued before
   * end 3                                             so many
   */
  private static final String TITLE = "bellwether-revocations 1";
  private static final String NEVER = "never";

  private final Path path;

  RevocationFile(Path path) {
    this.path = path;
  }

  /** Reads the file; without a file there are no revocations. */
  @Override
  public List<Revocation> read() throws IOException {
    List<Revocation> content = new ArrayList<>();
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

  private static void take(String[] words, boolean isLast, List<Revocation> content) {
    boolean isEnd = words[0].equals("end");
    if (isEnd != isLast || words.length != (isEnd ? 2 : 3)) {
      throw new IllegalArgumentException("the end, and nothing after it, was expected");
    }
    switch (words[0]) {
      case "token" ->
          content.add(
              new Revocation(
                  Kind.TOKEN,
                  decoded(words[1]),
                  words[2].equals(NEVER) ? Instant.MAX : time(words[2])));
      case "subject" ->
          content.add(new Revocation(Kind.SUBJECT, decoded(words[1]), time(words[2])));
      case "end" -> {
        if (Integer.parseInt(words[1]) != content.size()) {
          throw new IllegalArgumentException("lines are missing");
        }
      }
      default -> throw new IllegalArgumentException("no such line is known");
    }
  }

  /** Writes the file anew; returns once it is on the medium, in place of the earlier one. */
  @Override
  public synchronized void keep(Revocation revocation, Supplier<List<Revocation>> all)
      throws IOException {
    List<Revocation> content = all.get(); // under the lock: no earlier list is written later
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    for (Revocation each : content) {
      text.append(each.kind() == Kind.TOKEN ? "token " : "subject ")
          .append(encoded(each.name()))
          .append(' ')
          .append(each.at().equals(Instant.MAX) ? NEVER : each.at())
          .append('\n');
    }
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
