package bellwether.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.TestKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenToolTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path directory;

  private final Map<String, String> environment =
      new HashMap<>(Map.of("BELLWETHER_TOKEN_KEY", SECRET));
  private final Map<String, String> properties = new HashMap<>();
  private Instant now = Instant.ofEpochSecond(1_764_000_000);
  private String output = "";
  private String errors = "";

  @Test
  void aTokenSaysTheSameInBothDrafts() {
    String token =
        token(
            "--publish=news",
            "--publish",
            "stocks/*",
            "--subscribe=*",
            "--subject=bob",
            "--id=t-1",
            "--issuer=https://id.example",
            "--audience=https://hub.example");
    assertThat(part(token, 0)).isEqualTo("{\"typ\":\"at+jwt\",\"alg\":\"HS256\"}");
    assertThat(part(token, 1))
        .isEqualTo(
            "{\"iss\":\"https://id.example\",\"aud\":\"https://hub.example\",\"sub\":\"bob\","
                + "\"client_id\":\"https://id.example\",\"jti\":\"t-1\",\"iat\":1764000000,"
                + "\"exp\":1764003600,"
                + "\"mercure\":{\"publish\":[\"news\",\"stocks/{+rest}\"],\"subscribe\":[\"*\"]},"
                + "\"authorization_details\":["
                + "{\"type\":\"https://mercure.rocks/authorization-detail\","
                + "\"actions\":[\"publish\"],\"topics\":[{\"match\":\"news\"},"
                + "{\"match\":\"stocks/*\",\"match_type\":\"urlpattern\"}]},"
                + "{\"type\":\"https://mercure.rocks/authorization-detail\","
                + "\"actions\":[\"subscribe\"],\"topics\":[{\"match\":\"*\"}]}]}");
  }

  @Test
  void aTokenMayBeForOneDraftOnly() {
    String older = token("--draft=7", "--publish=stocks/{symbol}", "--publish=a:b{c}*");
    assertThat(part(older, 0)).isEqualTo("{\"typ\":\"JWT\",\"alg\":\"HS256\"}");
    assertThat(part(older, 1))
        .contains("{\"publish\":[\"stocks/{symbol}\",\"a:b{c}{+rest}\"],\"subscribe\":[]}")
        .doesNotContain("authorization_details");
    String newer = token("--draft", "8", "--publish=news");
    assertThat(part(newer, 0)).contains("at+jwt");
    assertThat(part(newer, 1)).contains("authorization_details").doesNotContain("mercure\":");
  }

  @Test
  void whatIsNotSaidComesFromTheSettings() {
    properties.put("bellwether.token.issuer", "https://id.example");
    properties.put("bellwether.token.audience", "https://hub.example");
    properties.put("bellwether.token.algorithms", "HS256");
    assertThat(part(token("--subject=bob"), 1))
        .contains("\"iss\":\"https://id.example\"", "\"aud\":\"https://hub.example\"")
        .containsPattern("\"jti\":\"[0-9a-f-]{36}\"");
    assertThat(part(token("--subject=bob", "--issuer=other"), 1)).contains("\"iss\":\"other\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES384", "EdDSA"})
  void aPrivateKeyInAFileSignsWhatTheServersKeyChecks(String algorithm) throws IOException {
    KeyPair pair =
        switch (algorithm) {
          case "RS256" -> TestKeys.rsa(2048);
          case "ES384" -> TestKeys.ec("secp384r1");
          default -> TestKeys.ed("Ed25519");
        };
    Path privateKey = write("private.pem", TestKeys.pem(pair.getPrivate()));
    Path publicKey = write("public.pem", TestKeys.pem(pair.getPublic()));
    environment.remove("BELLWETHER_TOKEN_KEY");
    String token = token("--key-file", privateKey.toString(), "--publish=news");
    assertThat(part(token, 0)).contains(algorithm);

    properties.put("bellwether.token.key.file", publicKey.toString());
    assertThat(run("verify", token)).as(errors).isZero();
    assertThat(output).startsWith("publish: news\n");
    assertThat(run("--publish=news")).isEqualTo(2);
    assertThat(errors)
        .startsWith("bellwether.token.key.file: " + publicKey + " has no key in it")
        .contains("the private key is needed");

    Path both = write("both.pem", Files.readString(privateKey) + Files.readString(publicKey));
    properties.put("bellwether.token.key.file", both.toString());
    assertThat(run("verify", token("--publish=news"))).as(errors).isZero();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void verifySaysWhatATokenAllows() {
    properties.put("bellwether.operators", "bob");
    String token = token("--draft=7", "--publish=a", "--publish=b/*", "--subject=bob", "--id=t-1");
    String said =
        """
        publish: a b/{+rest}
        operator: yes
        subject: bob
        id: t-1
        issued: 2025-11-24T16:00:00Z
        expires: 2025-11-24T17:00:00Z
        """;
    assertThat(run("verify", token)).as(errors).isZero();
    assertThat(output).isEqualTo(said);
    assertThat(runWith(token + "\n", "verify", "-")).as(errors).isZero();
    assertThat(output).isEqualTo(said);
  }

  @Test
  void verifyReadsTheNewerOfBothClaims() {
    assertThat(run("verify", token("--publish=a", "--subscribe=b/*"))).as(errors).isZero();
    assertThat(output).startsWith("publish: a\nsubscribe: b/*\noperator: no\n");
  }

  @Test
  void verifySaysWhyATokenIsRefused() {
    String token = token("--publish=a", "--expires=15m");
    now = now.plus(Duration.ofMinutes(15));
    assertThat(run("verify", token)).isOne();
    assertThat(errors).isEqualTo("Refused: it has expired (exp)\n");
    assertThat(output).isEmpty();
    environment.put("BELLWETHER_TOKEN_KEY", SECRET.replace('0', 'x'));
    assertThat(run("verify", token)).isOne();
    assertThat(errors).isEqualTo("Refused: its signature is wrong\n");
    assertThat(runWith("", "verify", "-")).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--publish",
        "--publish=",
        "--no=x",
        "--expires=1h",
        "--publish=a --expires=tomorrow",
        "--publish=a --expires=0s",
        "--publish=a --expires=500ms",
        "--publish=a --expires=36501d",
        "--publish=a --draft=9",
        "--publish=a{b}",
        "--publish=a{b}*",
        "--publish=a:b*",
        "--publish=a?*",
        "--publish=a(b*",
        "--publish=a*b*",
        "--publish=**",
        "--publish=a\u0007b",
        "--publish=a --key-file=/none/such",
        "check a.b.c",
        "verify",
        "verify a b",
        "verify a --publish=b",
        "publish news",
      })
  void wrongUsageIsSaidInOneLine(String words) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(errors.lines().toList())
        .singleElement()
        .asString()
        .endsWith("; token --help shows what there is");
    assertThat(output).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stocks/*", "https://example.com:8080/a/*", "urn:*", "a*", "\u00e9 a/*", "a:1*"})
  void beginningsOfPlainTextAreTakenInBothDrafts(String topics) {
    assertThat(run("--publish", topics)).as(errors).isZero();
  }

  @Test
  void aStarWithinATopicIsThatVeryStar() {
    assertThat(part(token("--publish=a*b"), 1))
        .contains("\"publish\":[\"a*b\"]", "{\"match\":\"a*b\"}");
  }

  @Test
  void noTokenIsMadeThatNobodyCouldRevoke() {
    for (String option : List.of("--subject", "--id")) {
      assertThat(run("--publish=a", option, "x".repeat(1024))).as(errors).isZero();
      assertThat(run("--publish=a", option, "x".repeat(1025))).isEqualTo(2);
      assertThat(errors).contains("is longer than 1024 characters");
    }
  }

  @Test
  void wrongSettingsAreSaidWithoutASecret() {
    environment.put("BELLWETHER_TOKEN_KEY", "a-short-secret");
    assertThat(run("--publish=a")).isEqualTo(2);
    assertThat(errors)
        .startsWith("bellwether.token.key: has no key in it that tokens can be signed with")
        .doesNotContain("a-short-secret");
    environment.clear();
    assertThat(run("--publish=a")).isEqualTo(2);
    assertThat(errors).startsWith("there is no key to sign with: set bellwether.token.key, or");
    assertThat(run("verify", "a.b.c")).isEqualTo(2);
    assertThat(errors).startsWith("there is no key to check it with");
    properties.put("bellwether.token.algorithms", "HS257");
    assertThat(run("--publish=a")).isEqualTo(2);
    assertThat(errors).startsWith("bellwether.token.algorithms: HS257 is none of HS256 ");
    properties.put("bellwether.token.jwks.url", "ftp://x");
    assertThat(run("--publish=a")).isEqualTo(2);
    assertThat(errors).startsWith("bellwether.token.jwks.url must be a URL with https");
  }

  @Test
  void helpIsAResultWhenAskedFor() {
    assertThat(run("--help")).isZero();
    assertThat(output).contains("--publish TOPICS", "verify TOKEN");
    assertThat(run()).isEqualTo(2);
  }

  private String token(String... words) {
    assertThat(run(words)).as(errors).isZero();
    return output.strip();
  }

  private static String part(String token, int index) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]), UTF_8);
  }

  private int run(String... words) {
    return runWith("", words);
  }

  private int runWith(String input, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        TokenTool.run(
            List.of(words),
            properties::get,
            environment::get,
            () -> now,
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    output = out.toString(UTF_8);
    errors = err.toString(UTF_8);
    return status;
  }
}
