package bellwether.auth;

import static bellwether.auth.TokenText.SECRET;
import static bellwether.auth.TokenText.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private static final Instant START = Instant.parse("2026-11-26T08:00:00Z");
  private static final String NEWER = "fedcba9876543210fedcba9876543210";

  @TempDir private Path directory;
  private Path file = Path.of("");
  private long seconds;

  @BeforeEach
  void writeKey() throws IOException {
    file = directory.resolve("key");
    write(SECRET + "\n");
  }

  @Test
  void aChangedFileIsReadAgain() throws Exception {
    KeyFile keys = new KeyFile(file, Algorithms.ALL);
    JwtTokens tokens = tokens(keys);
    String old = signed("{}");
    assertThat(tokens.verify(old)).isNotNull();

    write(NEWER);
    assertThat(tokens.verify(old)).isNotNull(); // nobody has looked yet
    keys.refreshIfDue();
    assertThatThrownBy(() -> tokens.verify(old)).hasMessage("its signature is wrong");
    assertThat(tokens.verify(signed(TokenText.HS256, "{}", NEWER))).isNotNull();
  }

  @Test
  void aFileThatStaysIsNotReadAgain() {
    KeyFile keys = new KeyFile(file, Algorithms.ALL);
    KeyRing ring = keys.current();
    keys.refreshIfDue();
    assertThat(keys.current()).isSameAs(ring);
  }

  @Test
  void whileTheFileIsWrongOrAwayTheOldKeysStay() throws Exception {
    KeyFile keys = new KeyFile(file, Algorithms.ALL);
    KeyRing ring = keys.current();
    try (LogLines lines = new LogLines(KeyFile.class)) {
      write("too short");
      keys.refreshIfDue();
      keys.refreshIfDue();
      assertThat(lines.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING The keys stay as they were: " + file + " has no key in it")
          .doesNotContain("too short");
      Files.delete(file);
      keys.refreshIfDue();
      assertThat(lines.lines()).last().asString().endsWith(file + " is not there");
    }
    assertThat(keys.current()).isSameAs(ring);
    write(NEWER);
    keys.refreshIfDue();
    assertThat(tokens(keys).verify(signed(TokenText.HS256, "{}", NEWER))).isNotNull();
  }

  @Test
  void aWrongFileIsSaidWithItsPathAtOnce() throws IOException {
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> new KeyFile(none, Algorithms.ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(none + " is not there");
    assertThatThrownBy(() -> new KeyFile(directory, Algorithms.ALL))
        .hasMessage(directory + " cannot be read");
    write("x".repeat((1 << 18) + 1));
    assertThatThrownBy(() -> new KeyFile(file, Algorithms.ALL))
        .hasMessage(file + " is larger than 262144 bytes");
  }

  private static JwtTokens tokens(TokenKeys keys) {
    return new JwtTokens(
        keys, TokenRules.of(null, null, Set.of()), none -> false, InstantSource.fixed(START));
  }

  /** As if another second had come with it. */
  private void write(String text) throws IOException {
    Files.writeString(file, text);
    seconds++;
    Files.setLastModifiedTime(file, FileTime.from(START.plusSeconds(seconds)));
  }
}
