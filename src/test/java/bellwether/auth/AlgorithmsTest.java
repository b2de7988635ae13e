package bellwether.auth;

import static bellwether.auth.TokenText.SECRET;
import static bellwether.auth.TokenText.base64;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.TestKeys;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");
  private static final KeyPair RSA = TestKeys.rsa(2048);
  private static final Map<String, KeyPair> PAIRS =
      Map.of(
          "RSA", RSA,
          "P-256", TestKeys.ec("secp256r1"),
          "P-384", TestKeys.ec("secp384r1"),
          "P-521", TestKeys.ec("secp521r1"),
          "Ed25519", TestKeys.ed("Ed25519"));

  @ParameterizedTest
  @CsvSource({
    "RS256, RSA",
    "RS384, RSA",
    "RS512, RSA",
    "PS256, RSA",
    "PS384, RSA",
    "PS512, RSA",
    "ES256, P-256",
    "ES384, P-384",
    "ES512, P-521",
    "EdDSA, Ed25519",
    "Ed25519, Ed25519",
  })
  void whatAPrivateKeySignsItsPublicKeyChecks(String algorithm, String kind) throws Exception {
    KeyPair pair = pair(kind);
    String token = issue(TestKeys.pem(pair.getPrivate()), algorithm);
    assertThat(headerOf(token)).contains("\"" + algorithm + "\"");
    assertThat(verify(token, TestKeys.pem(pair.getPublic()), algorithm).isOf("bob")).isTrue();
    assertThat(verify(token, TestKeys.pem(pair.getPublic())).isOf("bob")).isTrue();
    for (Map.Entry<String, KeyPair> other : PAIRS.entrySet()) {
      if (!other.getKey().equals(kind)) {
        String key = TestKeys.pem(other.getValue().getPublic());
        assertRefused(token, key, "it is signed with a key or an algorithm unknown here");
      }
    }
    assertRefused(tampered(token), TestKeys.pem(pair.getPublic()), "its signature is wrong");
    assertRefused(cut(token), TestKeys.pem(pair.getPublic()), "its signature is wrong");
  }

  @ParameterizedTest
  @CsvSource({"HS256, 32", "HS384, 48", "HS512, 64"})
  void aSecretNeedsAsManyBytesAsItsHash(String algorithm, int length) throws Exception {
    String secret = "k".repeat(length);
    String token = issue(secret, algorithm);
    assertThat(verify(token, secret, algorithm).isOf("bob")).isTrue();
    assertRefused(tampered(token), secret, "its signature is wrong");
    assertRefused(token, "l".repeat(length), "its signature is wrong");
    assertThatThrownBy(() -> TokenKeys.of("k".repeat(length - 1), only(algorithm)))
        .hasMessageContaining("32 bytes for HS256 (48 for HS384, 64 for HS512)");
  }

  @Test
  void theSameKeyOfAnotherPairIsAnother() {
    String token = issue(TestKeys.pem(RSA.getPrivate()), "RS256");
    assertRefused(token, TestKeys.pem(TestKeys.rsa(2048).getPublic()), "its signature is wrong");
    String ed = issue(TestKeys.pem(pair("Ed25519").getPrivate()), "EdDSA");
    assertRefused(ed, TestKeys.pem(TestKeys.ed("Ed25519").getPublic()), "its signature is wrong");
  }

  @Test
  void theFirstOfThoseThatAreAllowedIsSignedWith() {
    String key = TestKeys.pem(RSA.getPrivate());
    assertThat(headerOf(TokenIssuer.with(key, Algorithms.ALL).issue(token()))).contains("RS256");
    Algorithms some = Algorithms.named(List.of("ES256", "PS384", "RS256"));
    assertThat(headerOf(TokenIssuer.with(key, some).issue(token()))).contains("PS384");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS1", "hs256", "ES256K", "RSA-OAEP", "A128KW", "dir", ""})
  void othersAreNoneOfThem(String name) {
    assertThatThrownBy(() -> Algorithms.named(List.of("HS256", name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            name
                + " is none of HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384"
                + " ES512 EdDSA Ed25519");
  }

  @Test
  void keysThatAreWeakOrOfAnotherCurveFitNone() {
    for (String key :
        List.of(
            TestKeys.pem(TestKeys.rsa(1024).getPublic()), "short secret", SECRET.substring(1))) {
      assertThatThrownBy(() -> TokenKeys.of(key, Algorithms.ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no key in it that tokens can be checked with")
          .hasMessageNotContaining(SECRET.substring(1));
    }
    assertThatThrownBy(
            () -> TokenKeys.of(TestKeys.pem(TestKeys.ed("Ed448").getPublic()), Algorithms.ALL))
        .hasMessage("has a PUBLIC KEY that is none of [RSA, EC, Ed25519]");
  }

  private static KeyPair pair(String kind) {
    return Objects.requireNonNull(PAIRS.get(kind));
  }

  private static NewToken token() {
    return new NewToken(
        List.of("*"), List.of(), "t-1", "bob", null, null, NOW, NOW.plusSeconds(60), true, true);
  }

  private static String issue(String key, String algorithm) {
    return TokenIssuer.with(key, only(algorithm)).issue(token());
  }

  private static Algorithms only(String algorithm) {
    return Algorithms.named(List.of(algorithm));
  }

  private static Grant verify(String token, String key, String... algorithms) throws Exception {
    return new JwtTokens(
            TokenKeys.of(key, Algorithms.named(List.of(algorithms))),
            TokenRules.of(null, null, Set.of()),
            none -> false,
            InstantSource.fixed(NOW))
        .verify(token);
  }

  private static void assertRefused(String token, String key, String why) {
    assertThatThrownBy(() -> verify(token, key))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessage(why);
  }

  private static String headerOf(String token) {
    return new String(
        Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), US_ASCII);
  }

  /** For eve, with bob's signature. */
  private static String tampered(String token) {
    String[] parts = token.split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), US_ASCII);
    String other = base64(claims.replace("bob", "eve").getBytes(US_ASCII));
    return parts[0] + '.' + other + '.' + parts[2];
  }

  /** With half of its signature. */
  private static String cut(String token) {
    int signature = token.lastIndexOf('.');
    return token.substring(0, signature + 1 + (token.length() - signature) / 2);
  }
}
