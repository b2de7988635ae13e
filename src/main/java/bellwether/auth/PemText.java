package bellwether.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads keys in PEM: public ones, those of certificates, and private ones that are not encrypted.
 */
final class PemText {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519");

  private PemText() {}

  static boolean isIn(String text) {
    return text.contains("-----BEGIN ");
  }

  /**
   * Returns all keys in the text.
   *
   * @param text its lines may be joined by {@code \n}, as in an environment that has only one line
   * @throws IllegalArgumentException saying what is wrong, and no secret
   */
  static List<Key> keys(String text) {
    List<Key> keys = new ArrayList<>();
    Matcher block = BLOCK.matcher(text.replace("\\n", "\n"));
    while (block.find()) {
      keys.add(key(block.group(1), block.group(2)));
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("has no whole key in it");
    }
    return keys;
  }

  private static Key key(String title, String body) {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(body.getBytes(US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has a " + title + " that is not in Base64", e);
    }
    return switch (title) {
      case "PUBLIC KEY" ->
          decoded(title, kind -> kind.generatePublic(new X509EncodedKeySpec(bytes)));
      case "PRIVATE KEY" ->
          decoded(title, kind -> kind.generatePrivate(new PKCS8EncodedKeySpec(bytes)));
      case "CERTIFICATE" -> keyOfCertificate(bytes);
      default ->
          throw new IllegalArgumentException(
              "has a "
                  + title
                  + " in it, and PUBLIC KEY, CERTIFICATE or PRIVATE KEY is needed; openssl pkey"
                  + " makes them from others");
    };
  }

  /** Decodes a key by trying each kind, since the text does not say outside which kind it is. */
  private static Key decoded(String title, Decoder decoder) {
    for (String kind : KINDS) {
      try {
        return decoder.decode(KeyFactory.getInstance(kind));
      } catch (GeneralSecurityException e) {
        // Not of this kind.
      }
    }
    throw new IllegalArgumentException("has a " + title + " that is none of " + KINDS);
  }

  private static Key keyOfCertificate(byte[] bytes) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(bytes))
          .getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("has a CERTIFICATE that cannot be read", e);
    }
  }

  @FunctionalInterface
  private interface Decoder {
    Key decode(KeyFactory kind) throws GeneralSecurityException;
  }
}
