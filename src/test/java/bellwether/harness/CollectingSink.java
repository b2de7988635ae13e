package bellwether.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Keeps a whole body. */
public final class CollectingSink implements BodySink {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Override
  public void body(byte[] piece) {
    bytes.writeBytes(piece);
  }

  public String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  void await(String expected) {
    Await.until(
        "\"" + expected + "\" as body", Duration.ofSeconds(10), () -> text().equals(expected));
  }
}
