package bellwether.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8DecoderTest {

  /** Bytes, and the UTF-16 that a browser's {@code TextDecoder} makes of them. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          61, 0061
          C3A9, 00E9
          E282AC, 20AC
          F09F9880, D83D DE00
          EDA080, FFFD FFFD FFFD
          EDAFBF, FFFD FFFD FFFD
          EDA080EDB080, FFFD FFFD FFFD FFFD FFFD FFFD
          EDBFBF, FFFD FFFD FFFD
          F4908080, FFFD FFFD FFFD FFFD
          F48FBFBF, DBFF DFFF
          F5808080, FFFD FFFD FFFD FFFD
          C080, FFFD FFFD
          C1BF, FFFD FFFD
          C2, FFFD
          C20A, FFFD 000A
          E20A, FFFD 000A
          E2820A, FFFD 000A
          F00A, FFFD 000A
          F09F0A, FFFD 000A
          F09F980A, FFFD 000A
          E2, FFFD
          E282, FFFD
          F0, FFFD
          F09F, FFFD
          F09F98, FFFD
          E08080, FFFD FFFD FFFD
          E09FBF, FFFD FFFD FFFD
          E0A080, 0800
          F0808080, FFFD FFFD FFFD FFFD
          F08FBFBF, FFFD FFFD FFFD FFFD
          F0908080, D800 DC00
          80, FFFD
          BF8080, FFFD FFFD FFFD
          FF, FFFD
          FE, FFFD
          F8888080, FFFD FFFD FFFD FFFD
          FC8480808080, FFFD FFFD FFFD FFFD FFFD FFFD
          E28228, FFFD 0028
          E282E282AC, FFFD 20AC
          F09F98F09F9880, FFFD D83D DE00
          C3C3A9, FFFD 00E9
          61EFBBBF62, 0061 FEFF 0062
          EFBBBF61, FEFF 0061
          EFBFBE, FFFE
          EFBFBF, FFFF
          EFBB, FFFD
          ED9FBF, D7FF
          EE8080, E000
          EDA0, FFFD FFFD
          ED, FFFD
          F4, FFFD
          F490, FFFD FFFD
          F0F0F0, FFFD FFFD FFFD
          00, 0000
          7F, 007F
          E0, FFFD
          E080, FFFD FFFD
          F080, FFFD FFFD
          F08F80, FFFD FFFD FFFD
          F18080, FFFD
          F180, FFFD
          F3BFBFBF, DBBF DFFF
          F480, FFFD
          C261, FFFD 0061
          E161, FFFD 0061
          E18061, FFFD 0061
          """)
  void decodesAsABrowserDoes(String bytes, String utf16) {
    byte[] encoded = HexFormat.of().parseHex(bytes);
    assertThat(hex(Utf8Decoder.decode(encoded, 0, encoded.length))).isEqualTo(utf16);
  }

  @Test
  void decodesEveryCharacter() {
    String all =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(c -> Character.getType(c) != Character.SURROGATE)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    byte[] encoded = all.getBytes(UTF_8);
    assertThat(Utf8Decoder.decode(encoded, 0, encoded.length).equals(all)).isTrue();
  }

  @Test
  void readsNothingOutsideTheRange() {
    byte[] encoded = {(byte) 0xF0, (byte) 0xE2, (byte) 0x82, (byte) 0xAC, (byte) 0x80};
    assertThat(Utf8Decoder.decode(encoded, 1, 4)).isEqualTo("\u20AC");
    assertThat(Utf8Decoder.decode(encoded, 1, 3)).isEqualTo("\uFFFD");
    assertThat(Utf8Decoder.decode(encoded, 2, 2)).isEmpty();
  }

  private static String hex(String text) {
    return text.chars().mapToObj("%04X"::formatted).collect(Collectors.joining(" "));
  }
}
