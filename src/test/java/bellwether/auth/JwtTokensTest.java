package bellwether.auth;

import static bellwether.auth.TokenText.SECRET;
import static bellwether.auth.TokenText.base64;
import static bellwether.auth.TokenText.json;
import static bellwether.auth.TokenText.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.TestKeys;
import bellwether.topic.Topic;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00.5Z");
  private static final long NOW_SECONDS = NOW.getEpochSecond();

  /** What the conformance tests of the Mercure project show, and the key it is signed with. */
  private static final String CONFORMANCE_KEY = "!ChangeThisMercureHubJWTSecretKey!";

  private static final String CONFORMANCE_TOKEN =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJhdWQiOiJodHRwczovL2xvY2FsaG9zdC8ud2VsbC1rbm93bi"
          + "9tZXJjdXJlIiwiaXNzIjoiaHR0cHM6Ly9sb2NhbGhvc3QiLCJhdXRob3JpemF0aW9uX2RldGFpbHMiOlt7InR5"
          + "cGUiOiJodHRwczovL21lcmN1cmUucm9ja3MvYXV0aG9yaXphdGlvbi1kZXRhaWwiLCJhY3Rpb25zIjpbInB1Ym"
          + "xpc2giXSwidG9waWNzIjpbeyJtYXRjaCI6IioifV19LHsidHlwZSI6Imh0dHBzOi8vbWVyY3VyZS5yb2Nrcy9h"
          + "dXRob3JpemF0aW9uLWRldGFpbCIsImFjdGlvbnMiOlsic3Vic2NyaWJlIl0sInRvcGljcyI6W3sibWF0Y2giOi"
          + "IqIn1dfV0sImV4cCI6NDEwMjQ0NDgwMH0.z_S8IP5WZsCK8h3pcq0PB5zvJE0OdTrGA70khAYJQy4";

  private final Set<Token> revoked = new HashSet<>();
  private Instant now = NOW;
  @TempDir private Path directory;

  @Test
  void aSignedTokenSaysWhatItAllowsAndWhoseItIs() throws Exception {
    Grant grant =
        tokens()
            .verify(
                signed(
                    """
                    {'sub':'bob','jti':'t-1','iat':1764000000,'exp':4102444800,
                     'mercure':{'publish':['news'],'subscribe':['users/bob/{+any}'],
                       'payload':{'team':'red'}}}
                    """));
    assertThat(grant.mayPublish(List.of(new Topic("news")))).isTrue();
    assertThat(grant.mayPublish(List.of(new Topic("news"), new Topic("other")))).isFalse();
    assertThat(grant.mayRead(List.of(new Topic("users/bob/inbox")))).isTrue();
    assertThat(grant.mayRead(List.of(new Topic("users/eve/inbox")))).isFalse();
    assertThat(grant.isOf("bob")).isTrue();
    assertThat(grant.isOperator()).isFalse();
    assertThat(grant.token())
        .isEqualTo(
            new Token(
                "t-1",
                "bob",
                Instant.ofEpochSecond(1764000000),
                Instant.ofEpochSecond(4102444800L),
                new Payloads(
                    List.of(Payloads.Detail.ofAll(Claims.parse("{\"team\":\"red\"}").json())),
                    false)));
  }

  @Test
  void theTokenOfTheConformanceTestsIsTaken() throws Exception {
    TokenRules rules =
        TokenRules.of("https://localhost", "https://localhost/.well-known/mercure", Set.of());
    Grant grant = tokens(CONFORMANCE_KEY, rules).verify(CONFORMANCE_TOKEN);
    assertThat(grant.mayPublish(List.of(new Topic("https://example.com/any")))).isTrue();
    assertThat(grant.mayRead(List.of(new Topic("any")))).isTrue();
  }

  @Test
  void aTokenWithoutClaimsOfMercureIsGoodAndAllowsNothing() throws Exception {
    Grant grant = tokens().verify(signed("{'sub':'bob'}"));
    assertThat(grant.isPublisher()).isFalse();
    assertThat(grant.mayRead(List.of(new Topic("bob")))).isFalse();
    assertThat(grant.isOf("bob")).isTrue();
  }

  @Test
  void operatorsAreKnownByTheirSubject() throws Exception {
    JwtTokens tokens = tokens(SECRET, TokenRules.of(null, null, Set.of("ann")));
    assertThat(tokens.verify(signed("{'sub':'ann'}")).isOperator()).isTrue();
    assertThat(tokens.verify(signed("{'sub':'bob'}")).isOperator()).isFalse();
    assertThat(tokens.verify(signed("{}")).isOperator()).isFalse();
  }

  @Test
  void aSignatureOfAnotherKeyIsWrong() {
    assertRefused(signed(TokenText.HS256, "{}", SECRET + "x"), "its signature is wrong");
  }

  @Test
  void anyChangeBreaksTheSignature() {
    String token = signed("{'sub':'bob'}");
    int claims = token.indexOf('.') + 1;
    int signature = token.lastIndexOf('.') + 1;
    assertRefused(
        token.substring(0, claims) + base64(json("{'sub':'eve'}")) + token.substring(signature - 1),
        "its signature is wrong");
    assertRefused(
        base64(json("{'alg':'HS256','x':1}")) + token.substring(claims - 1),
        "its signature is wrong");
    for (int i = signature; i < token.length() - 1; i++) { // the last has bits that say nothing
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      assertRefused(
          token.substring(0, i) + other + token.substring(i + 1), "its signature is wrong");
    }
    assertRefused(token.substring(0, token.length() - 1), "its signature is wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
  void noneIsNoAlgorithm(String none) {
    String header = base64(json("{'alg':'" + none + "'}"));
    String claims = base64(json("{'mercure':{'publish':['*']}}"));
    assertRefused(header + '.' + claims + '.', "it is no signed JWT");
    assertRefusedSomehow(header + '.' + claims + ".c2ln");
  }

  @Test
  void aPublicKeyIsNoSecret() {
    KeyPair pair = TestKeys.rsa(2048);
    String pem = TestKeys.pem(pair.getPublic());
    JwtTokens tokens = tokens(pem, TokenRules.of(null, null, Set.of()));
    for (String secret :
        List.of(
            pem,
            pem.strip(),
            pem.replace("\n", ""),
            new String(pair.getPublic().getEncoded(), java.nio.charset.StandardCharsets.ISO_8859_1),
            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()))) {
      assertThatThrownBy(() -> tokens.verify(signed(TokenText.HS256, "{}", secret)))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessage("it is signed with a key or an algorithm unknown here");
    }
  }

  @Test
  void anAlgorithmThatIsNotAllowedIsRefusedThoughTheSignatureFits() {
    JwtTokens tokens =
        new JwtTokens(
            TokenKeys.of(SECRET + SECRET, Algorithms.named(List.of("HS512"))),
            TokenRules.of(null, null, Set.of()),
            revoked::contains,
            clock());
    assertThatThrownBy(() -> tokens.verify(signed(TokenText.HS256, "{}", SECRET + SECRET)))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("an algorithm unknown here");
  }

  @Test
  void whatATokenBringsAlongIsNoKey() {
    String own = "x".repeat(32);
    String jwk =
        "{'kty':'oct','k':'"
            + base64(own.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            + "'}";
    for (String member :
        List.of(
            "'jwk':" + jwk,
            "'jku':'http://127.0.0.1:9/keys'",
            "'x5u':'http://127.0.0.1:9/keys'",
            "'x5c':['MIIB']")) {
      assertRefusedSomehow(signed("{'alg':'HS256'," + member + "}", "{}", own));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'alg':'HS256','crit':['exp'],'exp':1}",
        "{'alg':'HS256','crit':['b64'],'b64':false}",
        "{'alg':'HS256','b64':false}",
        "{'alg':'HS256','crit':[]}",
      })
  void extensionsThatMustBeUnderstoodAreRefused(String header) {
    assertRefusedSomehow(signed(header, "{}", SECRET));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/jwt"})
  void typesOfAccessTokensAreTaken(String type) throws Exception {
    String header = "{'alg':'HS256','typ':'" + type + "'}";
    assertThat(tokens().verify(signed(header, "{'sub':'bob'}", SECRET)).isOf("bob")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpop+jwt", "logout+jwt", "JOSE", "secevent+jwt", ""})
  void tokensForAnotherPurposeAreRefused(String type) {
    assertRefused(
        signed("{'alg':'HS256','typ':'" + type + "'}", "{}", SECRET),
        "it is not of a type (typ) that is taken here");
  }

  @Test
  void aTokenExpiresToTheMoment() throws Exception {
    now = Instant.ofEpochSecond(NOW_SECONDS);
    assertRefused(signed("{'exp':" + NOW_SECONDS + "}"), "it has expired (exp)");
    String token = signed("{'exp':" + (NOW_SECONDS + 1) + "}");
    JwtTokens tokens = tokens();
    assertThat(tokens.verify(token)).isNotNull();
    now = Instant.ofEpochMilli(NOW_SECONDS * 1000 + 999);
    assertThat(tokens.verify(token)).isNotNull();
    now = Instant.ofEpochSecond(NOW_SECONDS + 1);
    assertThatThrownBy(() -> tokens.verify(token)).hasMessage("it has expired (exp)");
  }

  @Test
  void aTokenThatIsNotValidYetIsRefusedButForClocksThatDiffer() throws Exception {
    long early = NOW_SECONDS + JwtTokens.LEEWAY.toSeconds();
    assertThat(tokens().verify(signed("{'nbf':" + early + "}"))).isNotNull();
    assertRefused(signed("{'nbf':" + (early + 1) + "}"), "it is not valid yet (nbf)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'4102444800'", "-1", "1e300", "1764000000000", "null", "true", "[1]", "{}"})
  void aTimeThatIsNoneIsRefused(String time) {
    for (String name : List.of("exp", "nbf", "iat")) {
      assertRefused(
          signed("{'" + name + "':" + time + "}"), name + " is no time in seconds since 1970");
    }
  }

  @Test
  void timesMayHaveFractions() throws Exception {
    Token token =
        Objects.requireNonNull(
            tokens().verify(signed("{'iat':1764000000.25,'exp':4.1e9}")).token());
    assertThat(token.issuedAt()).isEqualTo(Instant.parse("2025-11-24T16:00:00.250Z"));
    assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(4_100_000_000L));
  }

  @Test
  void anIssuerThatIsAskedForMustHaveIssuedIt() throws Exception {
    JwtTokens tokens = tokens(SECRET, TokenRules.of("https://id.example", null, Set.of()));
    assertThat(tokens.verify(signed("{'iss':'https://id.example'}"))).isNotNull();
    for (String claims :
        List.of("{}", "{'iss':'https://id.example/'}", "{'iss':['https://id.example']}")) {
      assertThatThrownBy(() -> tokens.verify(signed(claims)))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageStartingWith("i");
    }
  }

  @Test
  void anAudienceThatIsAskedForMustBeAmongThoseItIsFor() throws Exception {
    JwtTokens tokens = tokens(SECRET, TokenRules.of(null, "https://hub.example", Set.of()));
    assertThat(tokens.verify(signed("{'aud':'https://hub.example'}"))).isNotNull();
    assertThat(tokens.verify(signed("{'aud':['a','https://hub.example']}"))).isNotNull();
    for (String claims :
        List.of(
            "{}", "{'aud':'https://hub.example/'}", "{'aud':[]}", "{'aud':{}}", "{'aud':[1]}")) {
      assertThatThrownBy(() -> tokens.verify(signed(claims)))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessage("it is meant for others (aud)");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "'text'",
        "null",
        "",
        "{",
        "{'sub':1}",
        "{'sub':null}",
        "{'jti':{}}",
        "{'sub':'a','sub':'b'}",
        "{'exp':1,'exp':4102444800}",
        "{'mercure':{'publish':[],'publish':['*']}}",
      })
  void claimsThatAreMalformedAreRefused(String claims) {
    assertRefusedSomehow(signed(claims));
  }

  @Test
  void claimsThatAreNestedDeeplyAreRefused() {
    assertRefusedSomehow(signed("{'a':" + "[".repeat(3000) + "]".repeat(3000) + "}"));
    assertRefusedSomehow(signed("{'alg':'HS256','a':" + "[".repeat(3000), "{}", SECRET));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "a.b.c.d.e",
        "Bearer a.b.c",
        "e30.e30.e30",
        "bnVsbA.e30.e30",
        "eyJhbGciOjF9.e30.e30",
        "eyJhbGciOiJIUzI1NiJ9.e30.e3 0",
        "eyJhbGciOiJIUzI1NiJ9.e30.e30=",
        "eyJhbGciOiJIUzI1NiJ9.e30.é",
        "\u0000.\u0000.\u0000",
      })
  void whatIsNoTokenIsRefused(String text) {
    assertRefusedSomehow(text);
  }

  @Test
  void padsAndStrangersInTheSignatureMakeNoOtherTextOfTheSameToken() {
    String token = signed("{}");
    assertRefused(token + "=", "it is no signed JWT");
    assertRefused(token + "\n", "it is no signed JWT");
    assertRefused(token.replace("-", "+").concat("!"), "it is no signed JWT");
  }

  @Test
  void aLongTextIsNotEvenLookedAt() {
    String claims = "{'a':'" + "x".repeat(6200) + "'}";
    assertRefused(signed(claims), "it is longer than 8192 characters");
    assertRefused("a".repeat(100_000_000), "it is longer than 8192 characters");
  }

  @Test
  void aLongTokenThatIsNotTooLongIsTaken() throws Exception {
    assertThat(tokens().verify(signed("{'a':'" + "x".repeat(6000) + "'}"))).isNotNull();
  }

  @Test
  void aRevokedTokenIsRefusedAlsoIfItWasTakenBefore() throws Exception {
    JwtTokens tokens = tokens();
    String token = signed("{'jti':'t-1'}");
    Token taken = tokens.verify(token).token();
    assertThat(taken).isNotNull();
    revoked.add(taken);
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessage("it has been revoked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "jti"})
  void aTokenThatNobodyCouldRevokeIsRefused(String claim) {
    for (int length : List.of(1025, 5000)) {
      assertRefused(
          signed("{'" + claim + "':'" + "x".repeat(length) + "'}"),
          claim + " is longer than 1024 characters");
    }
    for (String character : List.of("\\n", "\\u0000", "\\u0085")) {
      assertRefused(
          signed("{'" + claim + "':'a" + character + "'}"),
          claim + " contains a control character");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob", " ", "a b+%c", "caf\u00e9", "\ud83d\udd14"})
  void aNameThatIsTakenCanBeRevoked(String text) throws Exception {
    for (String name : List.of(text, text.repeat(1024 / text.codePointCount(0, text.length())))) {
      Revocations revocations = Revocations.open(directory.resolve(name.length() + ""), clock());
      JwtTokens tokens =
          new JwtTokens(
              TokenKeys.of(SECRET, Algorithms.ALL),
              TokenRules.of(null, null, Set.of()),
              revocations::isRevoked,
              clock());
      String bySubject = signed("{'sub':'" + name + "'}");
      String byId = signed("{'jti':'" + name + "'}");
      assertThat(tokens.verify(bySubject).isOf(name)).isTrue();
      assertThat(tokens.verify(byId)).isNotNull();
      revocations.revokeSubject(name);
      revocations.revokeToken(name, null);
      for (String token : List.of(bySubject, byId)) {
        assertThatThrownBy(() -> tokens.verify(token)).hasMessage("it has been revoked");
      }
    }
  }

  @Test
  void anEmptyNameIsNone() throws Exception {
    Token token = tokens().verify(signed("{'sub':'','jti':''}")).token();
    assertThat(token).isEqualTo(new Token(null, null, null, null, new Payloads(List.of(), false)));
  }

  @Test
  void aTokenIsReadOnceWhileTheKeysStay() throws Exception {
    JwtTokens tokens = tokens();
    String token = signed("{'mercure':{'publish':['a/{b}']}}");
    Grant first = tokens.verify(token);
    assertThat(tokens.verify(token)).isSameAs(first);
    for (int i = 0; i < 1001; i++) { // and room is made for others
      assertThat(tokens.verify(signed("{'jti':'" + i + "'}"))).isNotNull();
    }
    assertThat(tokens.verify(token)).isNotSameAs(first);
  }

  @Test
  void withoutAKeyNoTokenIsTaken() {
    assertThatThrownBy(() -> Tokens.NONE.verify(signed("{}")))
        .isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void draft8NeedsAnAccessTokenThatEnds() throws Exception {
    String claims =
        "{'exp':4102444800,'authorization_details':"
            + "[{'type':'https://mercure.rocks/authorization-detail','actions':['publish'],"
            + "'topics':[{'match':'a'}]}]}";
    String type = "{'alg':'HS256','typ':'at+jwt'}";
    assertThat(tokens().verify(signed(type, claims, SECRET)).isPublisher()).isTrue();
    assertRefused(
        signed(type, claims.replace("'exp':4102444800,", ""), SECRET),
        "authorization_details need an end (exp)");
    assertRefused(
        signed("{'alg':'HS256','typ':'JWT'}", claims, SECRET),
        "authorization_details need the type (typ) at+jwt");
    assertRefused(signed(claims), "authorization_details need the type (typ) at+jwt");
  }

  private void assertRefused(String token, String why) {
    assertThatThrownBy(() -> tokens().verify(token))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessage(why);
  }

  /** And without a word of the token, or of the key. */
  private void assertRefusedSomehow(String token) {
    assertThatThrownBy(() -> tokens().verify(token))
        .isInstanceOf(InvalidTokenException.class)
        .message()
        .isNotEmpty()
        .doesNotContain("eyJ", SECRET);
  }

  private JwtTokens tokens() {
    return tokens(SECRET, TokenRules.of(null, null, Set.of()));
  }

  private JwtTokens tokens(String key, TokenRules rules) {
    return new JwtTokens(TokenKeys.of(key, Algorithms.ALL), rules, revoked::contains, clock());
  }

  private InstantSource clock() {
    return () -> now;
  }
}
