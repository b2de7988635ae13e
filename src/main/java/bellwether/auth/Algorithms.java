package bellwether.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.crypto.SecretKey;

/**
 * The algorithms that tokens may be signed with. A token's header only picks one of them. {@code
 * none} is never among them.
 */
public final class Algorithms {
  private static final List<JWSAlgorithm> KNOWN =
      List.of(
          JWSAlgorithm.HS256,
          JWSAlgorithm.HS384,
          JWSAlgorithm.HS512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519); // the newer name of EdDSA, RFC 9864

  /** All algorithms that are supported. */
  public static final Algorithms ALL = new Algorithms(KNOWN);

  private static final int MIN_RSA_BITS = 2048; // RFC 7518, section 3.3

  private final List<JWSAlgorithm> allowed;

  private Algorithms(List<JWSAlgorithm> allowed) {
    this.allowed = allowed;
  }

  /**
   * Returns the algorithms of these names, the preferred one first; all if there are no names.
   *
   * @throws IllegalArgumentException for an unknown name
   */
  public static Algorithms named(Collection<String> names) {
    List<JWSAlgorithm> allowed = new ArrayList<>();
    for (String name : names) {
      JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
      if (!KNOWN.contains(algorithm)) {
        throw new IllegalArgumentException(name + " is none of " + ALL);
      }
      allowed.add(algorithm);
    }
    return allowed.isEmpty() ? ALL : new Algorithms(List.copyOf(allowed));
  }

  boolean allow(JWSAlgorithm algorithm) {
    return allowed.contains(algorithm);
  }

  /**
   * Returns the algorithms that suit a key, by its kind and size: never an HMAC with a public key,
   * never one with a secret that is shorter than its hash (RFC 7518, section 3.2).
   */
  List<JWSAlgorithm> fitting(Key key) {
    return allowed.stream().filter(algorithm -> fits(algorithm, key)).toList();
  }

  private static boolean fits(JWSAlgorithm algorithm, Key key) {
    if (key instanceof SecretKey) {
      return JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)
          && key.getEncoded().length * 8 >= bitsOf(algorithm);
    }
    if (key instanceof RSAKey rsa) {
      return JWSAlgorithm.Family.RSA.contains(algorithm)
          && rsa.getModulus().bitLength() >= MIN_RSA_BITS;
    }
    if (key instanceof ECKey ec) {
      return JWSAlgorithm.Family.EC.contains(algorithm)
          && Curve.forJWSAlgorithm(algorithm)
              .contains(Curve.forECParameterSpec(ec.getParams())); // each has its own curve
    }
    return key instanceof EdECKey ed
        && ed.getParams().getName().equals("Ed25519")
        && JWSAlgorithm.Family.ED.contains(algorithm);
  }

  /** Returns the size of the algorithm's hash: the number in its name. */
  private static int bitsOf(JWSAlgorithm algorithm) {
    return Integer.parseInt(algorithm.getName().substring(2));
  }

  @Override
  public String toString() {
    return String.join(" ", allowed.stream().map(JWSAlgorithm::getName).toList());
  }
}
