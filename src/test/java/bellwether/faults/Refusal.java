package bellwether.faults;

import bellwether.harness.ResponseDecoder;
import java.nio.charset.StandardCharsets;

/**
 * An answer at which an {@code EventSource} gives up. Its head and the first bytes of its body say
 * who gave it, and the chronicle what was going on then. Confined to the readers' thread.
 */
final class Refusal {
  private static final int MAX_BODY = 300;

  private final ResponseDecoder answer;
  private final String lately;
  private final StringBuilder body = new StringBuilder();

  /**
   * @param answer whose head has come
   * @param lately what was going on when it came
   */
  Refusal(ResponseDecoder answer, String lately) {
    this.answer = answer;
    this.lately = lately;
  }

  void body(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    body.append(text, 0, Math.min(text.length(), MAX_BODY - body.length()));
  }

  @Override
  public String toString() {
    return "status %d %s \"%s\", when %s"
        .formatted(answer.status(), answer.headers(), body, lately);
  }
}
