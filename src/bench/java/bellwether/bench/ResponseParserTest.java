package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseParserTest {
  private static final class Recorder implements ResponseParser.Handler {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void head(int status) {
      text.append('[').append(status).append(' ');
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
      text.append(new String(bytes, from, to - from, ISO_8859_1));
    }

    @Override
    public void end() {
      text.append(']');
    }
  }

  /** In these, | is the end of a line of HTTP. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|ab~|0C;name=value|0123456789||0||",
        "HTTP/1.1 100 Continue||HTTP/1.1 200 OK|content-length: 15||ab~0123456789|"
      })
  void givesTheBodyHoweverItIsCut(String response) throws ProtocolException {
    for (int cut = 0; cut <= length(response); cut++) {
      assertThat(parse(response, cut)).as("cut at %d", cut).isEqualTo("[200 ab~0123456789|]");
    }
  }

  @Test
  void tellsPipelinedResponsesApart() throws ProtocolException {
    String responses =
        "HTTP/1.1 204 No Content||"
            + "HTTP/1.1 200 |Content-Length: 0||"
            + "HTTP/1.1 202 Accepted|Content-Length: 2||ok"
            + "HTTP/1.1 200 OK|Transfer-Encoding: chunked||0|Trailer: x||"
            + "HTTP/1.1 403 Forbidden|Content-Length: 1||-";
    for (int cut = 0; cut <= length(responses); cut++) {
      assertThat(parse(responses, cut)).isEqualTo("[204 ][200 ][202 ok][200 ][403 -]");
    }
  }

  @Test
  void readsABodyThatEndsWithTheConnection() throws ProtocolException {
    assertThat(parse("HTTP/1.1 200 OK|Connection: close||abc", 40)).isEqualTo("[200 abc");
  }

  @Test
  void refusesWhatIsNoResponse() {
    assertThatThrownBy(() -> parse("SSH-2.0-OpenSSH_9.6||", 3))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> parse("HTTP/1.1 200 OK|Transfer-Encoding: chunked||zz|", 3))
        .isInstanceOf(ProtocolException.class);
  }

  private static int length(String text) {
    return text.replace("|", "\r\n").length();
  }

  private static String parse(String text, int cut) throws ProtocolException {
    Recorder recorder = new Recorder();
    ResponseParser parser = new ResponseParser(recorder);
    byte[] bytes = text.replace("|", "\r\n").getBytes(ISO_8859_1);
    parser.parse(bytes, 0, cut);
    parser.parse(bytes, cut, bytes.length);
    return recorder.text.toString().replace("\r\n", "|");
  }
}
