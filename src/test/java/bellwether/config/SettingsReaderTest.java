package bellwether.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.config.Settings.LogPlace;
import bellwether.topic.Topic;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> parameters = new HashMap<>();

  @Test
  void everythingHasADefaultThatIsSafe() {
    Settings settings = read("");
    assertThat(settings.demo()).isFalse();
    assertThat(settings.publisherKey()).isNull();
    assertThat(settings.hasSubscriptions()).isFalse();
    assertThat(settings.streams().heartbeat()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.drain())
        .isEqualTo(new Settings.Drain(Duration.ZERO, Duration.ofSeconds(10)));
    assertThat(settings.database().url())
        .startsWith("jdbc:h2:file:/home/ada/.bellwether/ROOT/tables;WRITE_DELAY=0")
        .doesNotContain("AUTO_SERVER");
  }

  /** The settings may use no other room, and so say the number themselves. */
  @Test
  void anEventMayHaveAsManyTopicsAsAnybodyMayName() {
    assertThat(SettingsTable.MAX_TOPICS).isEqualTo(Topic.MAX_AT_ONCE);
  }

  @Test
  void everyContextHasADirectoryOfItsOwn() {
    assertThat(read("/shop/live").data()).isEqualTo(Path.of("/home/ada/.bellwether/shop#live"));
  }

  @Test
  void propertiesComeBeforeTheEnvironmentAndThatBeforeContextParameters() {
    parameters.put("bellwether.stock.interval", "3s");
    assertThat(read("").feeds().stockInterval()).isEqualTo(Duration.ofSeconds(3));
    environment.put("BELLWETHER_STOCK_INTERVAL", "2s");
    assertThat(read("").feeds().stockInterval()).isEqualTo(Duration.ofSeconds(2));
    properties.put("bellwether.stock.interval", "250ms");
    assertThat(read("").feeds().stockInterval()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void inDemoModeOtherProgramsMayOpenTheTables() {
    properties.put("bellwether.demo", "true");
    assertThat(read("").database().url()).contains(";AUTO_SERVER=TRUE");
  }

  @Test
  void retainedTopicsAreSeparatedBySpaces() {
    properties.put("bellwether.retained", "  weather/{city}  score ");
    assertThat(read("").log().retained()).containsExactly("weather/{city}", "score");
  }

  @Test
  void theLogIsInFilesAndSyncedAtOnceUnlessSetOtherwise() {
    Settings.Log log = read("").log();
    assertThat(log.place()).isEqualTo(LogPlace.FILES);
    assertThat(log.sync()).isZero();
    assertThat(log.age()).isNull();
    properties.put("bellwether.log.age", "7d");
    properties.put("bellwether.log.sync", "never");
    assertThat(read("").log().age()).isEqualTo(Duration.ofDays(7));
    assertThat(read("").log().sync()).isNull();
    properties.put("bellwether.log.sync", "100ms");
    properties.put("bellwether.log", "memory");
    assertThat(read("").log().sync()).isEqualTo(Duration.ofMillis(100));
    assertThat(read("").log().place()).isEqualTo(LogPlace.MEMORY);
    assertThat(read("").log().entries()).isLessThan(log.entries());
  }

  @Test
  void tokensAreTakenByOneSourceOfKeys() {
    assertThat(read("").tokens())
        .isEqualTo(new Settings.Tokens(null, null, null, List.of(), null, null, Set.of()));
    properties.put("bellwether.token.key.file", "/etc/keys.json");
    properties.put("bellwether.token.algorithms", " ES256  EdDSA ");
    properties.put("bellwether.token.issuer", "https://id.example");
    properties.put("bellwether.token.audience", "https://hub.example/.well-known/mercure");
    environment.put("BELLWETHER_OPERATORS", "ann bob");
    assertThat(read("").tokens())
        .isEqualTo(
            new Settings.Tokens(
                null,
                Path.of("/etc/keys.json"),
                null,
                List.of("ES256", "EdDSA"),
                "https://id.example",
                "https://hub.example/.well-known/mercure",
                Set.of("ann", "bob")));
    properties.put("bellwether.token.key", "0123456789abcdef0123456789abcdef");
    assertThatThrownBy(() -> read(""))
        .hasMessage("bellwether.token.key.file must not be set together with bellwether.token.key");
    properties.remove("bellwether.token.key");
    properties.put("bellwether.token.jwks.url", "https://id.example/jwks");
    assertThatThrownBy(() -> read(""))
        .hasMessage(
            "bellwether.token.jwks.url must not be set together with bellwether.token.key.file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://id.example/realms/a/certs?x=y",
        "http://localhost:8080/jwks",
        "http://127.0.0.1/jwks",
        "http://[::1]:8080/jwks",
        "HTTPS://ID.EXAMPLE/",
      })
  void keysAreReadOverTlsOrFromThisMachine(String url) {
    properties.put("bellwether.token.jwks.url", url);
    assertThat(read("").tokens().keySet()).isEqualTo(URI.create(url));
  }

  @Test
  void everySettingThatIsReadIsAmongThoseThatExist() {
    Set<String> asked = new HashSet<>();
    var unused =
        new SettingsReader(
                key -> {
                  asked.add(key);
                  return null;
                },
                key -> null,
                key -> null,
                Path.of("/home/ada"),
                2)
            .read("");
    assertThat(SettingsTable.ALL)
        .extracting(Setting::key)
        .containsExactlyInAnyOrderElementsOf(asked);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "bellwether.demo, yes",
        "bellwether.subscriptions, on",
        "bellwether.heartbeat, 15",
        "bellwether.heartbeat, 0s",
        "bellwether.heartbeat, 2h",
        "bellwether.drain.delay, 6m",
        "bellwether.drain.window, 61m",
        "bellwether.drain.window, 10",
        "bellwether.log.entries, many",
        "bellwether.log.entries, 0",
        "bellwether.log.bytes, 1KB",
        "bellwether.log, disk",
        "bellwether.log.age, 0s",
        "bellwether.log.age, old",
        "bellwether.log.sync, sometimes",
        "bellwether.log.sync, 0ms",
        "bellwether.log.sync, 2h",
        "bellwether.log.memory, 1",
        "bellwether.log.reading, 512KiB",
        "bellwether.body.max, 999999999GiB",
        "bellwether.publisher.key, short",
        "bellwether.publisher.key, with a space in between",
        "bellwether.database.url, jdbc:mysql:x",
        "bellwether.token.jwks.url, http://id.example/jwks",
        "bellwether.token.jwks.url, http://127.0.0.1.evil.example/jwks",
        "bellwether.token.jwks.url, http://localhost@evil.example/jwks",
        "bellwether.token.jwks.url, https://user:password@id.example/jwks",
        "bellwether.token.jwks.url, file:/etc/keys.json",
        "bellwether.token.jwks.url, /jwks",
        "bellwether.token.jwks.url, https://",
        "bellwether.token.jwks.url, 'https://id.example/a b'",
      })
  void aWrongValueIsRefusedInOneLineThatNamesTheKey(String key, String value) {
    properties.put(key, value);
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(key + " must ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void secretsDoNotShow() {
    properties.put("bellwether.publisher.key", "a-very-secret-key-indeed");
    properties.put("bellwether.database.password", "hunter2hunter2");
    properties.put("bellwether.token.key", "another-very-secret-key-which-is-long");
    assertThat(read("") + " " + read("").database() + " " + read("").tokens())
        .doesNotContain("secret-key")
        .doesNotContain("hunter2");
  }

  private Settings read(String contextPath) {
    return new SettingsReader(
            properties::get, environment::get, parameters::get, Path.of("/home/ada"), 2)
        .read(contextPath);
  }
}
