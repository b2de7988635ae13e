package bellwether.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationsTest {
  private static final Instant START = Instant.parse("2026-11-26T08:00:00.25Z");

  @TempDir private Path directory;
  private Path file = Path.of("");
  private Instant now = START;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("data").resolve("revocations");
  }

  @Test
  void nothingIsRevokedAtFirstAndNothingIsWritten() throws IOException {
    Revocations revocations = open();
    assertThat(revocations.isRevoked(token("t-1", "bob", START))).isFalse();
    assertThat(revocations.isRevoked(token(null, null, null))).isFalse();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aTokenIsRevokedByItsIdAlsoAfterARestart() throws IOException {
    Revocations revocations = open();
    revocations.revokeToken("t-1", START.plusSeconds(60));
    for (Revocations each : List.of(revocations, open())) {
      assertThat(each.isRevoked(token("t-1", "bob", START))).isTrue();
      assertThat(each.isRevoked(token("t-1", null, null))).isTrue();
      assertThat(each.isRevoked(token("t-2", "bob", START))).isFalse();
      assertThat(each.isRevoked(token(null, "bob", START))).isFalse();
    }
  }

  @Test
  void aThreadThatWasInterruptedRevokesAsAnyOther() throws IOException {
    Revocations revocations = open();
    Thread.currentThread().interrupt();
    try {
      revocations.revokeToken("t-1", START.plusSeconds(60));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(open().isRevoked(token("t-1", "bob", START))).isTrue();
  }

  @Test
  void aSubjectLosesWhatWasIssuedBefore() throws IOException {
    Revocations revocations = open();
    revocations.revokeSubject("bob");
    for (Revocations each : List.of(revocations, open())) {
      assertThat(each.isRevoked(token(null, "bob", START.minusMillis(1)))).isTrue();
      assertThat(each.isRevoked(token(null, "bob", null))).isTrue();
      assertThat(each.isRevoked(token(null, "bob", START))).isFalse();
      assertThat(each.isRevoked(token(null, "eve", null))).isFalse();
      assertThat(each.isRevoked(token(null, null, null))).isFalse();
    }
    now = START.plusSeconds(10);
    revocations.revokeSubject("bob");
    assertThat(open().isRevoked(token(null, "bob", START.plusSeconds(9)))).isTrue();
  }

  @Test
  void theFileIsTextThatPeopleCanRead() throws IOException {
    Revocations revocations = open();
    revocations.revokeToken("t 1\u00e9/+%\uD83D\uDE00", null);
    revocations.revokeSubject("bob@example.com");
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "bellwether-revocations 1",
            "token t+1%C3%A9%2F%2B%25%F0%9F%98%80 never",
            "subject bob%40example.com 2026-11-26T08:00:00.250Z",
            "end 2");
    assertThat(open().isRevoked(token("t 1\u00e9/+%\uD83D\uDE00", null, null))).isTrue();
    assertThat(file.resolveSibling("revocations.new")).doesNotExist();
  }

  @Test
  void whatHasExpiredIsDroppedAndWhatNeverExpiresStays() throws IOException {
    Revocations revocations = open();
    revocations.revokeToken("short", START.plusSeconds(60));
    revocations.revokeToken("long", START.plusSeconds(120));
    revocations.revokeToken("ever", null);
    revocations.revokeToken("long", START.plusSeconds(60)); // which shortens nothing
    now = START.plusSeconds(60);
    assertThatThrownBy(() -> revocations.revokeToken("late", now))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a token that has expired need not be revoked");
    revocations.revokeToken("other", START.plusSeconds(61));
    assertThat(Files.readString(file)).doesNotContain("short", "late").contains("long", "ever");
    assertThat(open().isRevoked(token("long", null, null))).isTrue();
    assertThat(open().isRevoked(token("ever", null, null))).isTrue();
  }

  @Test
  void thereAreNotAnyNumberOfThem() throws IOException {
    List<String> lines = new ArrayList<>(List.of("bellwether-revocations 1"));
    for (int i = 1; i < Revocations.MAX; i++) {
      lines.add("token t-" + i + " never");
    }
    lines.add("token t-0 2026-11-26T08:01:00Z");
    lines.add("end " + Revocations.MAX);
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
    Revocations revocations = open();
    assertThatThrownBy(() -> revocations.revokeSubject("bob"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("100000 tokens and subjects are revoked already, and no more can be");
    assertThat(revocations.isRevoked(token(null, "bob", null))).isFalse();
    revocations.revokeToken("t-1", null); // it is one of them
    now = Instant.parse("2026-11-26T08:01:00Z");
    revocations.revokeSubject("bob"); // one has expired
    assertThat(open().isRevoked(token(null, "bob", null))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "something else",
        "bellwether-revocations 2\nend 0",
        "bellwether-revocations 1",
        "bellwether-revocations 1\ntoken t-1 never",
        "bellwether-revocations 1\ntoken t-1 never\nend 2",
        "bellwether-revocations 1\nend 0\ntoken t-1 never",
        "bellwether-revocations 1\nend 0\nend 0",
        "bellwether-revocations 1\ntoken t-1\nend 1",
        "bellwether-revocations 1\ntoken t-1 soon\nend 1",
        "bellwether-revocations 1\ntoken t-1 never more\nend 1",
        "bellwether-revocations 1\ntoken %zz never\nend 1",
        "bellwether-revocations 1\nsubject bob never\nend 1",
        "bellwether-revocations 1\nuser bob 2026-11-26T08:00:00Z\nend 1",
        "bellwether-revocations 1\n\nend 0",
        "bellwether-revocations 1\nend x",
      })
  void aDamagedFileIsNotTakenForNone(String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .message()
        .matches(".*(damaged|of a newer version).*");
  }

  @Test
  void whatCannotBeWrittenIsRevokedUntilTheProcessEnds() throws IOException {
    Revocations revocations = open();
    Files.writeString(file.getParent(), "no directory");
    assertThatThrownBy(() -> revocations.revokeToken("t-1", null)).isInstanceOf(IOException.class);
    assertThat(revocations.isRevoked(token("t-1", null, null))).isTrue();
    Files.delete(file.getParent());
    revocations.revokeToken("t-1", null);
    assertThat(open().isRevoked(token("t-1", null, null))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "\uD83D", "TOO LONG"})
  void whatCouldBeNoIdIsRefused(String text) throws IOException {
    Revocations revocations = open();
    String id = text.equals("TOO LONG") ? "x".repeat(1025) : text;
    assertThatThrownBy(() -> revocations.revokeToken(id, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("id ");
    assertThatThrownBy(() -> revocations.revokeSubject(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("subject ");
    assertThat(file).doesNotExist();
  }

  private Revocations open() throws IOException {
    return Revocations.open(file, () -> now);
  }

  private static Token token(
      @Nullable String id, @Nullable String subject, @Nullable Instant issuedAt) {
    return new Token(id, subject, issuedAt, null, null);
  }
}
