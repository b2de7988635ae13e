package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import bellwether.topic.Topic;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {
  private static final Topic TOPIC = new Topic("news");

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "a\nb", "a\u0000b", "a\u0085b", "\ud800", "\udc00x"})
  void refusesWhatIsNoTopic(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Topic(name));
  }

  @Test
  void refusesATopicThatIsTooLong() {
    assertThatNoException().isThrownBy(() -> new Topic("x".repeat(Topic.MAX_LENGTH)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Topic("x".repeat(Topic.MAX_LENGTH + 1)))
        .withMessageContaining("longer");
  }

  @Test
  void needsATopicAndNotTooMany() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication(List.of(), null, null))
        .withMessage("topic is missing");
    assertThatNoException()
        .isThrownBy(() -> publication(Collections.nCopies(100, TOPIC), null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication(Collections.nCopies(101, TOPIC), null, null))
        .withMessage("more than 100 topics");
  }

  @Test
  void needsNamesOfReasonableLength() {
    String longest = "x".repeat(1024);
    assertThatNoException()
        .isThrownBy(
            () -> publication(List.of(TOPIC), longest, longest).withIdempotencyKey(longest));

    Publication plain = Publication.of(TOPIC, "data");
    String tooLong = longest + 'x';
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication(List.of(TOPIC), tooLong, null))
        .withMessage("id is longer than 1024 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.withType(tooLong))
        .withMessage("type is longer than 1024 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.withIdempotencyKey(tooLong))
        .withMessage("idempotency key is longer than 1024 characters");
  }

  @Test
  void staysAsItIsInAllThatIsNotChanged() {
    Publication all =
        new Publication(List.of(TOPIC), true, "id", "type", Duration.ofSeconds(1), "data", "key");

    assertThat(all.withType("type").withIdempotencyKey("key").privately()).isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bw012345678-1", "earliest", "", "a\nb", "a\rb", "a\u0000b", "\ud800"})
  void refusesAnIdThatCouldForgeOrConfuse(String id) {
    assertThatIllegalArgumentException().isThrownBy(() -> publication(List.of(TOPIC), id, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "urn:uuid:5e94c686-2c0b-4f9b-958c-92ccc3bbb4eb",
        "1700000000-0",
        "bw-1",
        "a  b",
        "!",
        "~",
        "#1",
        "[\"https://example.net/a\"]",
        "id-[\"https://example.net/a\"]"
      })
  void takesAnyOtherId(String id) {
    assertThatNoException().isThrownBy(() -> publication(List.of(TOPIC), id, null));
  }

  /** What browsers, proxies, containers or client libraries change or refuse in a header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k\fz",
        "\u0001",
        "a\tb",
        "\u007f",
        "\u0085",
        "é",
        "日本-1",
        "\ud83d\udc11",
        "\u00a0"
      })
  void refusesAnIdThatCouldNotComeBack(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication(List.of(TOPIC), id, null))
        .withMessage("id contains a character other than U+0020 to U+007E");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", " a", "a ", "  a b  "})
  void refusesAnIdWithAnOuterSpace(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication(List.of(TOPIC), id, null))
        .withMessage("id begins or ends with a space");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\rb", "a\u0000b"})
  void refusesATypeThatCouldForgeAField(String type) {
    assertThatIllegalArgumentException().isThrownBy(() -> publication(List.of(TOPIC), null, type));
  }

  private static Publication publication(
      List<Topic> topics, @Nullable String id, @Nullable String type) {
    return new Publication(topics, false, id, type, null, "data", null);
  }
}
