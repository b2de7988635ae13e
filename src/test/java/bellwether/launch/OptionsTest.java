package bellwether.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  private static final int HEAD = 65_536;
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Options NONE = Options.parse(List.of());

  @Test
  void withoutOptionsItListensOnPort8080AtTheRoot() {
    assertThat(NONE)
        .isEqualTo(
            new Options(
                false, false, "", 8080, "", false, Options.NONE, HEAD, TIME, Options.NONE, null));
  }

  @Test
  void valuesMayStandApartOrBehindAnEqualsSign() {
    assertThat(
            Options.parse(
                List.of("--port", "0", "--host=127.0.0.1", "--context-path", "/shop/live")))
        .isEqualTo(
            new Options(
                false,
                false,
                "127.0.0.1",
                0,
                "/shop/live",
                false,
                Options.NONE,
                HEAD,
                TIME,
                Options.NONE,
                null));
  }

  @Test
  void http2IsAskedForInOneWord() {
    assertThat(Options.parse(List.of("--http2")).http2()).isTrue();
    assertThat(NONE.http2()).isFalse();
  }

  @Test
  void tlsTakesPemFilesOrAKeyStore() {
    Options pem =
        Options.parse(
            List.of("--tls-port=8443", "--tls-certificate", "a.crt", "--tls-key", "a.key"));
    assertThat(pem.tls())
        .isEqualTo(new Options.Tls(8443, new PemFiles(Path.of("a.crt"), Path.of("a.key"))));
    Options keyStore =
        Options.parse(List.of("--port=none", "--tls-port=0", "--tls-keystore=a.p12"));
    assertThat(keyStore.tls()).isEqualTo(new Options.Tls(0, new Pkcs12File(Path.of("a.p12"))));
    assertThat(keyStore.port()).isEqualTo(Options.NONE);
  }

  @ParameterizedTest
  @CsvSource({"4096, 4096", "65536B, 65536", "64KiB, 65536", "2MiB, 2097152"})
  void aSendBufferHasASize(String text, int bytes) {
    assertThat(Options.parse(List.of("--send-buffer", text)).sendBuffer()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"4096, 4096", "8KiB, 8192", "1MiB, 1048576"})
  void aRequestsHeadHasASize(String text, int bytes) {
    assertThat(Options.parse(List.of("--head-size", text)).headSize()).isEqualTo(bytes);
  }

  @Test
  void aHeadHasATimeAndConnectionsHaveANumber() {
    Options options = Options.parse(List.of("--head-time=5", "--connections", "1000"));
    assertThat(options.headTime()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.connections()).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port",
        "--port=x",
        "--port=65536",
        "--port=-1",
        "--context-path=live",
        "--no",
        "--send-buffer=4095",
        "--send-buffer=65MiB",
        "--send-buffer=1GiB",
        "--send-buffer=-1",
        "--head-size=4095",
        "--head-size=2MiB",
        "--head-time=0",
        "--head-time=3601",
        "--head-time=30s",
        "--connections=0",
        "--tls-port=none",
        "--http2=false",
        "--head-time=x",
        "--tls-port=8443",
        "--tls-keystore=a.p12",
        "--port=none",
        "--tls-port=1 --tls-key=a.key",
        "--tls-port=1 --tls-certificate=a.crt",
        "--tls-port=1 --tls-certificate=a.crt --tls-key=a.key --tls-keystore=a.p12"
      })
  void refusesWhatItDoesNotUnderstand(String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of(words.split(" "))))
        .withMessageContaining("--");
  }
}
