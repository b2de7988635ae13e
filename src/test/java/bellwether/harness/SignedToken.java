package bellwether.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as a back end of somebody else's makes them: signed with a shared key (HS256). */
public final class SignedToken {
  public static final String KEY = "a-shared-key-that-only-the-tests-know";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private SignedToken() {}

  /**
   * A token of Mercure's draft 7.
   *
   * @param publish JSON array of topic selectors
   * @param subscribe another
   * @param more further claims, each with a comma before it
   */
  public static String draft7(String publish, String subscribe, String more) {
    return of(
        "{\"mercure\":{\"publish\":%s,\"subscribe\":%s}%s}".formatted(publish, subscribe, more));
  }

  /**
   * A token of Mercure's draft 8, good for an hour.
   *
   * @param actions JSON array
   * @param topics JSON array of matchers
   */
  public static String draft8(String actions, String topics) {
    long now = System.currentTimeMillis() / 1000;
    return sign(
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        """
        {"iss":"https://issuer.example","aud":"https://hub.example","sub":"ada","client_id":"c",
         "iat":%d,"exp":%d,"jti":"%d","authorization_details":[
          {"type":"https://mercure.rocks/authorization-detail","actions":%s,"topics":%s}]}
        """
            .formatted(now, now + 3600, System.nanoTime(), actions, topics),
        KEY);
  }

  public static String of(String claims) {
    return sign("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, KEY);
  }

  public static String sign(String header, String claims, String key) {
    String content = encode(header.getBytes(UTF_8)) + '.' + encode(claims.getBytes(UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      return content + '.' + encode(mac.doFinal(content.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static String encode(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
