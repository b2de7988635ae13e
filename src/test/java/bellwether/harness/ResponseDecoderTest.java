package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseDecoderTest {
  private static final byte[] CHUNKED =
      bytes(
          String.join(
              "\r\n",
              "HTTP/1.1 100 Continue",
              "Ignored: yes",
              "",
              "HTTP/1.1 200 OK",
              "Content-Type: text/event-stream",
              "X-Two:1",
              "x-two: 2 ",
              "Transfer-Encoding: chunked",
              "",
              "b",
              "data: \u00e4\r\n\n",
              "0000A;name=value",
              ":heartbeat",
              "0",
              "Trailer: 1",
              "",
              "beyond the end"));
  private static final String BODY = "data: \u00e4\r\n\n:heartbeat";

  private final CollectingSink sink = new CollectingSink();

  @Test
  void decodesAChunkedBodyCutAtEveryByte() throws ProtocolException {
    for (int cut = 0; cut <= CHUNKED.length; cut++) {
      CollectingSink sink = new CollectingSink();
      ResponseDecoder decoder = new ResponseDecoder(sink);
      decoder.decode(ByteBuffer.wrap(CHUNKED, 0, cut));
      decoder.decode(ByteBuffer.wrap(CHUNKED, cut, CHUNKED.length - cut));
      assertThat(decoder.isComplete()).as("cut at %d", cut).isTrue();
      assertThat(sink.text()).as("cut at %d", cut).isEqualTo(BODY);
    }
  }

  @Test
  void decodesAChunkedBodyThatComesByteByByte() throws ProtocolException {
    ResponseDecoder decoder = new ResponseDecoder(sink);
    for (byte one : CHUNKED) {
      decoder.decode(ByteBuffer.wrap(new byte[] {one}));
    }
    assertThat(sink.text()).isEqualTo(BODY);
    assertThat(decoder.status()).isEqualTo(200);
    assertThat(decoder.headers())
        .containsEntry("content-type", List.of("text/event-stream"))
        .containsEntry("x-two", List.of("1", "2"))
        .doesNotContainKey("ignored");
  }

  @Test
  void handsOutAChunkBeforeItIsWhole() throws ProtocolException {
    ResponseDecoder decoder = new ResponseDecoder(sink);
    decoder.decode(
        ByteBuffer.wrap(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nfirst")));
    assertThat(sink.text()).isEqualTo("first");
    assertThat(decoder.mayEnd()).isFalse();
  }

  @Test
  void decodesACountedBody() throws ProtocolException {
    ResponseDecoder decoder = new ResponseDecoder(sink);
    decoder.decode(ByteBuffer.wrap(bytes("HTTP/1.1 404 \r\nContent-Length: 4\r\n\r\ngone!")));
    assertThat(sink.text()).isEqualTo("gone");
    assertThat(decoder.isComplete()).isTrue();
  }

  @Test
  void aBodyWithoutLengthEndsWithTheConnection() throws ProtocolException {
    ResponseDecoder decoder = new ResponseDecoder(sink);
    decoder.decode(ByteBuffer.wrap(bytes("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n")));
    assertThat(sink.text()).isEqualTo("data: 1\n\n");
    assertThat(decoder.isComplete()).isFalse();
    assertThat(decoder.mayEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n"})
  void someAnswersHaveNoBody(String answer) throws ProtocolException {
    ResponseDecoder decoder = new ResponseDecoder(sink);
    decoder.decode(ByteBuffer.wrap(bytes(answer)));
    assertThat(decoder.isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200\r\n",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsize\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
      })
  void refusesWhatIsNotHttp(String answer) {
    ResponseDecoder decoder = new ResponseDecoder(sink);
    assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes(answer))))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void refusesALineWithoutEnd() {
    byte[] endless = new byte[100_000];
    Arrays.fill(endless, (byte) 'a');
    ResponseDecoder decoder = new ResponseDecoder(sink);
    assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(endless)))
        .isInstanceOf(ProtocolException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
