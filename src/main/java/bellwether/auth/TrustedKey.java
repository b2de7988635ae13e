package bellwether.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A key that tokens are checked with. Any thread.
 *
 * @param id {@code kid}; null if the key has none
 * @param algorithms the only algorithms that the key is used with
 */
record TrustedKey(@Nullable String id, List<JWSAlgorithm> algorithms, JWSVerifier verifier) {

  /**
   * Creates a trusted key, or returns null if the key can check no token: it is private, or no
   * allowed algorithm suits it.
   */
  static @Nullable TrustedKey of(NamedKey named, Algorithms allowed) {
    List<JWSAlgorithm> algorithms = named.algorithms(allowed);
    boolean canCheck = named.key() instanceof SecretKey || named.key() instanceof PublicKey;
    if (algorithms.isEmpty() || !canCheck) {
      return null;
    }
    try {
      return new TrustedKey(named.id(), algorithms, verifier(named.key()));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("has a key in it that cannot be used", e);
    }
  }

  private static JWSVerifier verifier(Key key) throws JOSEException {
    if (key instanceof SecretKey secret) {
      return new MACVerifier(secret);
    }
    if (key instanceof RSAPublicKey rsa) {
      return new RSASSAVerifier(rsa);
    }
    return key instanceof ECPublicKey ec
        ? new ECDSAVerifier(ec)
        : Ed25519.verifier((PublicKey) key);
  }

  /**
   * Returns whether a token with this header may have been signed with this key: the key's name is
   * only a hint.
   */
  boolean fits(JWSHeader header) {
    return algorithms.contains(header.getAlgorithm())
        && (id == null || header.getKeyID() == null || id.equals(header.getKeyID()));
  }

  boolean hasSigned(JWSObject token) {
    try {
      return token.verify(verifier);
    } catch (JOSEException e) {
      return false; // a signature that cannot even be read
    }
  }
}
