package bellwether.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens put together by hand, as no library would. */
final class TokenText {
  static final String SECRET = "0123456789abcdef0123456789abcdef";
  static final String HS256 = "{'alg':'HS256'}";

  private TokenText() {}

  /**
   * @param header JSON; apostrophes stand for quotation marks, here and in the claims
   */
  static String signed(String header, String claims, String secret) {
    String text = base64(json(header)) + '.' + base64(json(claims));
    return text + '.' + base64(hmac(text, secret));
  }

  static String signed(String claims) {
    return signed(HS256, claims, SECRET);
  }

  static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] hmac(String text, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
