package bellwether.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.security.Key;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads keys in JSON (RFC 7517): a JWK, or a JWK set. Keys for encryption are left out. */
final class JwkText {
  private JwkText() {}

  /**
   * Returns all keys in the text.
   *
   * @throws IllegalArgumentException if a key cannot be read, or is of an unknown kind
   */
  static List<NamedKey> keys(String text) {
    Map<String, Object> json = object(text);
    List<NamedKey> keys = new ArrayList<>();
    for (Map<String, Object> jwk : json.containsKey("keys") ? members(json) : List.of(json)) {
      keys.addAll(keysOf(jwk));
    }
    return keys;
  }

  /**
   * Returns the usable public keys of a set. The others, which may be there for other programs, are
   * skipped, and so are secrets.
   *
   * @throws IllegalArgumentException if it is not a JWK set
   */
  static List<NamedKey> publicKeys(String text) {
    List<NamedKey> keys = new ArrayList<>();
    for (Map<String, Object> jwk : members(object(text))) {
      try {
        keys.addAll(keysOf(jwk));
      } catch (IllegalArgumentException e) {
        // Skipped.
      }
    }
    keys.removeIf(named -> !(named.key() instanceof java.security.PublicKey));
    return keys;
  }

  private static Map<String, Object> object(String text) {
    try {
      return JSONObjectUtils.parse(text);
    } catch (ParseException e) {
      throw new IllegalArgumentException("is no JWK and no JWK set"); // no cause: it may leak
    }
  }

  private static List<Map<String, Object>> members(Map<String, Object> set) {
    try {
      Map<String, Object>[] members = JSONObjectUtils.getJSONObjectArray(set, "keys");
      if (members != null) {
        return Arrays.asList(members);
      }
    } catch (ParseException e) {
      // Reported below.
    }
    throw new IllegalArgumentException("is no JWK set");
  }

  private static List<NamedKey> keysOf(Map<String, Object> json) {
    try {
      JWK jwk = JWK.parse(json);
      if (!isForSigning(jwk)) {
        return List.of();
      }
      JWSAlgorithm algorithm =
          jwk.getAlgorithm() == null ? null : JWSAlgorithm.parse(jwk.getAlgorithm().getName());
      return keysOf(jwk).stream().map(key -> new NamedKey(jwk.getKeyID(), algorithm, key)).toList();
    } catch (ParseException | JOSEException | IllegalStateException e) {
      throw new IllegalArgumentException("has a key in it that cannot be read"); // as above
    }
  }

  private static boolean isForSigning(JWK jwk) {
    Set<KeyOperation> operations = jwk.getKeyOperations();
    return !KeyUse.ENCRYPTION.equals(jwk.getKeyUse())
        && (operations == null
            || operations.contains(KeyOperation.VERIFY)
            || operations.contains(KeyOperation.SIGN));
  }

  private static List<Key> keysOf(JWK jwk) throws JOSEException {
    if (jwk instanceof OctetSequenceKey secret) {
      return List.of(secret.toSecretKey("HMAC"));
    }
    if (jwk instanceof RSAKey rsa) {
      return rsa.isPrivate()
          ? List.of(rsa.toPublicKey(), rsa.toPrivateKey())
          : List.of(rsa.toPublicKey());
    }
    if (jwk instanceof ECKey ec) {
      return ec.isPrivate()
          ? List.of(ec.toPublicKey(), ec.toPrivateKey())
          : List.of(ec.toPublicKey());
    }
    if (jwk instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve())) {
      return pair.isPrivate()
          ? List.of(Ed25519.publicKey(pair.getDecodedX()), Ed25519.privateKey(pair.getDecodedD()))
          : List.of(Ed25519.publicKey(pair.getDecodedX()));
    }
    throw new IllegalArgumentException("has a key of a kind in it that is not known here");
  }
}
