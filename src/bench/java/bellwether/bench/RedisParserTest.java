package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisParserTest {
  private static final String ANSWERS =
      """
      $4
      1-23
      *1
      *2
      $7
      bench-0
      *2
      *2
      $3
      1-1
      *2
      $4
      data
      $3
      a
      b
      *2
      $3
      1-2
      *0
      *-1
      $-1
      $0

      -ERR no
      +OK
      """
          .replace("a\nb", "a b")
          .replace("\n", "\r\n");

  @Test
  void takesAnswersApartWhereverTheyAreCut() throws ProtocolException {
    List<String> whole = parsed(ANSWERS, ANSWERS.length());
    assertThat(whole)
        .containsExactly(
            "1-23",
            "end",
            "bench-0",
            "1-1",
            "data",
            "a b",
            "1-2",
            "end",
            "end",
            "end",
            "",
            "end",
            "error: ERR no",
            "end",
            "OK",
            "end");
    for (int cut = 0; cut <= ANSWERS.length(); cut++) {
      assertThat(parsed(ANSWERS, cut)).isEqualTo(whole);
    }
  }

  @Test
  void refusesWhatIsNoAnswer() {
    assertThatThrownBy(() -> parsed("HTTP/1.1 200\r\n", 0)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> parsed("$many\r\n", 0)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> parsed("+" + "x".repeat(2000), 0))
        .isInstanceOf(ProtocolException.class);
  }

  private static List<String> parsed(String text, int cut) throws ProtocolException {
    List<String> told = new ArrayList<>();
    RedisParser parser =
        new RedisParser(
            new RedisParser.Handler() {
              @Override
              public void string(byte[] bytes) {
                told.add(new String(bytes, ISO_8859_1));
              }

              @Override
              public void error(String message) {
                told.add("error: " + message);
              }

              @Override
              public void end() {
                told.add("end");
              }
            });
    byte[] bytes = text.getBytes(ISO_8859_1);
    parser.parse(bytes, 0, cut);
    parser.parse(bytes, cut, bytes.length);
    return told;
  }
}
