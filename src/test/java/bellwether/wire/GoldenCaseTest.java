package bellwether.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenCaseTest {

  @TestFactory
  Stream<DynamicTest> isToldTheSameInAnyChunks() {
    return GoldenCase.all().stream()
        .flatMap(
            golden ->
                chunkings()
                    .map(
                        chunking ->
                            dynamicTest(
                                golden.name + " (" + chunking.name() + ")",
                                () -> tells(golden, chunking))));
  }

  @TestFactory
  Stream<DynamicTest> isEncodedByteForByte() {
    return GoldenCase.all().stream()
        .filter(golden -> golden.encodedFrom != null)
        .map(golden -> dynamicTest(golden.name, () -> isEncoded(golden)));
  }

  private static Stream<Chunking> chunkings() {
    return Stream.of(
        Chunking.whole(),
        Chunking.by(1),
        Chunking.by(2),
        Chunking.random(1),
        Chunking.random(2),
        Chunking.random(3));
  }

  private static void tells(GoldenCase golden, Chunking chunking) {
    Recorder recorder = new Recorder();
    EventStreamParser parser = new EventStreamParser(recorder);
    chunking.feed(golden.stream(), parser);
    if (golden.told.stream().anyMatch(line -> line.startsWith("lastEventId"))) {
      recorder.told.add("lastEventId `" + parser.lastEventId() + "`");
    }
    assertThat(recorder.told).isEqualTo(golden.told);
  }

  private static void isEncoded(GoldenCase golden) {
    String data = Objects.requireNonNull(golden.encodedFrom);
    byte[] encoded = EventStreamEncoder.encode(ServerSentEvent.of(data));
    // As text, a difference can be read; ISO 8859-1 keeps each byte apart.
    assertThat(new String(encoded, ISO_8859_1)).isEqualTo(new String(golden.stream(), ISO_8859_1));
  }
}
