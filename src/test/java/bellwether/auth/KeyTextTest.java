package bellwether.auth;

import static bellwether.auth.TokenText.base64;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.SelfSigned;
import bellwether.fixtures.TestKeys;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {
  private static final KeyPair RSA = TestKeys.rsa(2048);
  private static final KeyPair EC = TestKeys.ec("secp256r1");
  private static final KeyPair ED = TestKeys.ed("Ed25519");

  @Test
  void aTextThatIsNothingElseIsASecretWithoutTheEndOfItsLine() {
    NamedKey key = only(KeyText.keys(" !ChangeThisMercureHubJWTSecretKey!\n"));
    assertThat(key.key()).isInstanceOf(SecretKey.class);
    assertThat(key.key().getEncoded())
        .isEqualTo("!ChangeThisMercureHubJWTSecretKey!".getBytes(US_ASCII));
    assertThat(key.id()).isNull();
  }

  @Test
  void pemMayHaveSeveralKeysOfAnyKind() {
    String text =
        TestKeys.pem(RSA.getPublic())
            + "a comment\n"
            + TestKeys.pem(EC.getPrivate())
            + TestKeys.pem(ED.getPublic())
            + TestKeys.pem(ED.getPrivate());
    assertThat(KeyText.keys(text).stream().map(NamedKey::key))
        .containsExactly(RSA.getPublic(), EC.getPrivate(), ED.getPublic(), ED.getPrivate());
  }

  @Test
  void pemMayBeOneLine() {
    String pem = TestKeys.pem(RSA.getPublic());
    assertThat(only(KeyText.keys(pem.replace("\n", "\\n"))).key()).isEqualTo(RSA.getPublic());
    assertThat(only(KeyText.keys(pem.replace("\n", " "))).key()).isEqualTo(RSA.getPublic());
    assertThat(only(KeyText.keys(pem.replace("\n", "\r\n"))).key()).isEqualTo(RSA.getPublic());
  }

  @Test
  void aCertificateHasAPublicKey(@TempDir Path directory) throws Exception {
    SelfSigned own = SelfSigned.create("EC", directory);
    Path file = directory.resolve("own.crt");
    own.writeCertificate(file);
    assertThat(only(KeyText.keys(Files.readString(file))).key())
        .isEqualTo(own.certificate().getPublicKey());
  }

  @Test
  void jwksHaveAnIdAndPerhapsAnAlgorithm() {
    String rsa =
        new RSAKey.Builder((RSAPublicKey) RSA.getPublic())
            .privateKey(RSA.getPrivate())
            .keyID("r")
            .algorithm(JWSAlgorithm.PS256)
            .build()
            .toJSONString();
    String ec =
        new ECKey.Builder(Curve.P_256, (ECPublicKey) EC.getPublic())
            .keyID("e")
            .build()
            .toJSONString();
    List<NamedKey> keys = KeyText.keys("{\"keys\":[" + rsa + ", " + ec + ", " + ed() + "]}");
    assertThat(keys.stream().map(NamedKey::id)).containsExactly("r", "r", "e", "o", "o");
    assertThat(keys.stream().map(NamedKey::key))
        .containsExactly(
            RSA.getPublic(), RSA.getPrivate(), EC.getPublic(), ED.getPublic(), ED.getPrivate());
    assertThat(keys.get(0).algorithms(Algorithms.ALL)).containsExactly(JWSAlgorithm.PS256);
    assertThat(keys.get(2).algorithms(Algorithms.ALL)).containsExactly(JWSAlgorithm.ES256);
    assertThat(KeyText.keys(ec)).hasSize(1);
  }

  @Test
  void aJwkMayBeASecret() {
    String secret = base64("x".repeat(40).getBytes(US_ASCII));
    NamedKey key = only(KeyText.keys("{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"" + secret + "\"}"));
    assertThat(key.id()).isEqualTo("s");
    assertThat(key.algorithms(Algorithms.ALL)).containsExactly(JWSAlgorithm.HS256);
    assertThat(key).asString().doesNotContain("xxx", secret);
  }

  @Test
  void keysForEncryptionAreLeftOut() {
    RSAKey.Builder key = new RSAKey.Builder((RSAPublicKey) RSA.getPublic());
    assertThat(KeyText.keys(key.keyUse(KeyUse.ENCRYPTION).build().toJSONString())).isEmpty();
    assertThat(KeyText.keys(key.keyUse(KeyUse.SIGNATURE).build().toJSONString())).hasSize(1);
    String operations = key.keyUse(null).build().toJSONString().replace("{", "{\"key_ops\":[?],");
    assertThat(KeyText.keys(operations.replace("?", "\"wrapKey\""))).isEmpty();
    assertThat(KeyText.keys(operations.replace("?", "\"verify\""))).hasSize(1);
    String another = key.build().toJSONString().replace("{", "{\"alg\":\"RSA-OAEP\",");
    assertThatThrownBy(() -> TokenKeys.of(another, Algorithms.ALL))
        .hasMessageStartingWith("has no key in it");
  }

  @Test
  void aSetOfOthersIsTakenButForWhatIsOfNoUse() {
    String good = ed().replace("\"o\"", "\"good\"");
    String secret = "{\"kty\":\"oct\",\"k\":\"" + base64(new byte[64]) + "\"}";
    List<NamedKey> keys =
        JwkText.publicKeys(
            "{\"keys\":[{\"kty\":\"new\"},{},{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"a\"},"
                + secret
                + ','
                + good
                + "]}");
    assertThat(keys).singleElement().extracting(NamedKey::id).isEqualTo("good");
    assertThat(keys.get(0).key()).isInstanceOf(PublicKey.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"kty\":\"oct\",\"k\":1}",
        "{\"kty\":\"oct\"}",
        "{\"kty\":\"RSA\",\"n\":\"c2VjcmV0\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"c2VjcmV0\",\"y\":\"c2VjcmV0\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"c2VjcmV0\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"c2VjcmV0\"}",
        "{\"kty\":\"oct\",\"k\":\"c2VjcmV0",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nc2Vjcm(V0\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----",
      })
  void whatIsNoKeyIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> KeyText.keys(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches("(is|has) [^\n]+")
        .doesNotContain("c2V", "secret");
  }

  @Test
  void keysOfAnotherFormAreToldHowToBecomeOurs() {
    assertThatThrownBy(() -> KeyText.keys(TestKeys.pem("EC PRIVATE KEY", new byte[8])))
        .hasMessage(
            "has a EC PRIVATE KEY in it, and PUBLIC KEY, CERTIFICATE or PRIVATE KEY is needed;"
                + " openssl pkey makes them from others");
  }

  @Test
  void aPrivateKeyAloneChecksNothing() {
    assertThatThrownBy(() -> TokenKeys.of(TestKeys.pem(EC.getPrivate()), Algorithms.ALL))
        .hasMessageContaining("of a pair the public key is needed");
    assertThatThrownBy(() -> TokenIssuer.with(TestKeys.pem(EC.getPublic()), Algorithms.ALL))
        .hasMessageContaining("of a pair the private key is needed");
  }

  @Test
  void tooManyKeysAreRefused() {
    String key = TestKeys.pem(ED.getPublic());
    assertThat(TokenKeys.of(key.repeat(KeyRing.MAX), Algorithms.ALL)).isNotNull();
    assertThatThrownBy(() -> TokenKeys.of(key.repeat(KeyRing.MAX + 1), Algorithms.ALL))
        .hasMessage("has more than 32 keys in it");
  }

  private static String ed() {
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(last32(ED.getPublic())))
        .d(Base64URL.encode(last32(ED.getPrivate())))
        .keyID("o")
        .build()
        .toJSONString();
  }

  private static byte[] last32(PublicKey key) {
    return last32(key.getEncoded());
  }

  private static byte[] last32(PrivateKey key) {
    return last32(key.getEncoded());
  }

  private static byte[] last32(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static NamedKey only(List<NamedKey> keys) {
    assertThat(keys).hasSize(1);
    return keys.get(0);
  }
}
