package bellwether.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class Http2ParserTest {
  private static final byte[] NOT_FOUND = {(byte) 0x8d};

  @Test
  void takesTwoStreamsApartWhereverTheConnectionIsCut() throws ProtocolException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    frame(sent, 4, 0, 0, new byte[6]);
    frame(sent, 1, 4, 1, new byte[] {0x20, 0x3f, (byte) 0xe1, 0x1f, (byte) 0x88});
    frame(sent, 1, 4, 3, new byte[] {(byte) 0x88});
    String event = "data: " + Payload.of(60, 0, 1, 7) + "\n\n";
    frame(sent, 0, 0, 1, event.getBytes(US_ASCII));
    frame(sent, 0, 0, 3, event.substring(0, 30).getBytes(US_ASCII));
    frame(sent, 6, 0, 0, "pingpong".getBytes(US_ASCII));
    frame(sent, 0, 8, 3, ("\2" + event.substring(30) + "\0\0").getBytes(US_ASCII));
    frame(sent, 0, 1, 1, new byte[0]);
    byte[] bytes = sent.toByteArray();
    for (int cut = 0; cut <= bytes.length; cut++) {
      Ledger ledger = new Ledger();
      Http2Parser parser = opened(ledger);
      parser.parse(bytes, 0, cut);
      parser.parse(bytes, cut, bytes.length);
      assertThat(parser.opened()).isEqualTo(2);
      assertThat(parser.ended()).isEqualTo(1);
      assertThat(parser.takeReplies()).hasSize(9 + 9 + 8).endsWith("pingpong".getBytes(US_ASCII));
      assertThat(parser.takeReplies()).isEmpty();
      Ledger.Account account = ledger.end(topic -> new long[] {1});
      assertThat(account.deliveries()).isEqualTo(2);
      assertThat(account.lost() + account.doubles() + account.damaged()).isZero();
    }
  }

  @Test
  void refusesAnotherStatus() {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    frame(sent, 1, 4, 1, NOT_FOUND);
    Http2Parser parser = opened(new Ledger());
    assertThatThrownBy(() -> parser.parse(sent.toByteArray(), 0, sent.size()))
        .isInstanceOf(ProtocolException.class);
  }

  private static Http2Parser opened(Ledger ledger) {
    Http2Parser parser = new Http2Parser();
    for (int i = 0; i < 2; i++) {
      assertThat(parser.request("/sub/" + i, ledger.add(0, new long[1]))).hasSizeGreaterThan(9);
    }
    return parser;
  }

  private static void frame(
      ByteArrayOutputStream sent, int type, int flags, int stream, byte[] payload) {
    sent.writeBytes(
        ByteBuffer.allocate(9 + payload.length)
            .put((byte) 0)
            .putShort((short) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }
}
