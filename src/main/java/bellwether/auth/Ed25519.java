package bellwether.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/** Ed25519 by the JDK: the JOSE library would need another library for it. */
final class Ed25519 {
  private static final String NAME = "Ed25519";
  private static final int LENGTH = 32; // the length of either key, in bytes
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  // The bytes before a key in the encoding that the JDK reads (RFC 8410, section 10).
  private static final String PUBLIC_PREFIX = "302a300506032b6570032100";
  private static final String PRIVATE_PREFIX = "302e020100300506032b657004220420";

  private Ed25519() {}

  /**
   * @throws IllegalArgumentException if this is no such key
   */
  static PublicKey publicKey(byte[] x) {
    try {
      return KeyFactory.getInstance(NAME)
          .generatePublic(new X509EncodedKeySpec(encoded(PUBLIC_PREFIX, x)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("is no Ed25519 key", e);
    }
  }

  /**
   * @throws IllegalArgumentException if this is no such key
   */
  static PrivateKey privateKey(byte[] d) {
    try {
      return KeyFactory.getInstance(NAME)
          .generatePrivate(new PKCS8EncodedKeySpec(encoded(PRIVATE_PREFIX, d)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("is no Ed25519 key", e);
    }
  }

  private static byte[] encoded(String prefix, byte[] key) {
    if (key.length != LENGTH) {
      throw new IllegalArgumentException("is no Ed25519 key");
    }
    return HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(key));
  }

  static JWSVerifier verifier(PublicKey key) {
    return new Verifier(key);
  }

  static JWSSigner signer(PrivateKey key) {
    return new Signer(key);
  }

  private static final class Verifier extends BaseJWSProvider implements JWSVerifier {
    private final PublicKey key;

    Verifier(PublicKey key) {
      super(ALGORITHMS);
      this.key = key;
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature)
        throws JOSEException {
      try {
        Signature check = Signature.getInstance(NAME);
        check.initVerify(key);
        check.update(signed);
        return check.verify(signature.decode());
      } catch (SignatureException e) {
        return false; // a wrong length, or not a point of the curve
      } catch (GeneralSecurityException e) {
        throw new JOSEException(e.getMessage(), e);
      }
    }
  }

  private static final class Signer extends BaseJWSProvider implements JWSSigner {
    private final PrivateKey key;

    Signer(PrivateKey key) {
      super(ALGORITHMS);
      this.key = key;
    }

    @Override
    public Base64URL sign(JWSHeader header, byte[] bytes) throws JOSEException {
      try {
        Signature signature = Signature.getInstance(NAME);
        signature.initSign(key);
        signature.update(bytes);
        return Base64URL.encode(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new JOSEException(e.getMessage(), e);
      }
    }
  }
}
