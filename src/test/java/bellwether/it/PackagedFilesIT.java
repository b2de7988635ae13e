package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.RawAnswer;
import bellwether.harness.ServerProcess;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of the WAR that are not for browsers, and every way to write their paths. */
@ParameterizedClass
@EnumSource
class PackagedFilesIT {
  private static final String MAIN = "bellwether/launch/Main.class";
  private static final List<String> FILES =
      List.of(MAIN, "META-INF/MANIFEST.MF", "WEB-INF/web.xml");

  private static final Bellwether.Shared servers = new Bellwether.Shared(server -> server);

  private final Bellwether server;

  PackagedFilesIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  static Stream<String> paths() {
    return FILES.stream().flatMap(PackagedFilesIT::spellings);
  }

  private static Stream<String> spellings(String file) {
    int slash = file.indexOf('/');
    String folder = file.substring(0, slash);
    String rest = file.substring(slash + 1);
    return Stream.of(
        file,
        folder,
        folder + '/',
        encoded(file.charAt(0)) + file.substring(1),
        file.substring(0, slash - 1) + encoded(file.charAt(slash - 1)) + '/' + rest,
        "%25" + encoded(file.charAt(0)).substring(1) + file.substring(1),
        '/' + file,
        "//" + file,
        folder + "//" + rest,
        folder + "%2F" + rest,
        "%2F" + file,
        "./" + file,
        "%2e/" + file,
        folder + "/./" + rest,
        "css/../" + file,
        "css/%2e%2e/" + file,
        "css//../" + file,
        "css/..;/" + file,
        folder + "/../" + file,
        folder + ";a=b/" + rest,
        ";/" + file,
        folder + '\\' + rest,
        folder + "%5C" + rest,
        file + "%00",
        file + "%20",
        file + '.',
        file + '/',
        file + ";.html",
        file + "?a=b",
        file.toLowerCase(Locale.ROOT),
        file.toUpperCase(Locale.ROOT),
        folder.toUpperCase(Locale.ROOT) + '/' + rest);
  }

  private static String encoded(char letter) {
    return '%' + Integer.toHexString(letter).toUpperCase(Locale.ROOT);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void areNotServed(String path) {
    for (String method : List.of("GET", "HEAD", "POST")) {
      RawAnswer answer =
          RawAnswer.to(
              server, method + " /" + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(answer.status()).as(method).isIn(400, 404, 405);
      assertThat(answer.body()).doesNotContain("\u0000", "Manifest-Version", "<web-app");
      assertThat(answer.headers()).doesNotContainKeys("last-modified", "etag", "location");
    }
  }

  /** Else the test above would ask for files that are not there. */
  @Test
  void areInTheWar() throws IOException {
    try (ZipFile war = new ZipFile(ServerProcess.war().toFile())) {
      assertThat(FILES).allMatch(file -> war.getEntry(file) != null);
    }
  }

  @Test
  void thoseForBrowsersAreServed() {
    for (String path : List.of("", "stocks.html", "css/bellwether.css", "vendor/uplot/LICENSE")) {
      assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
    }
  }
}
