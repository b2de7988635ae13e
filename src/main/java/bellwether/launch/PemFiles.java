package bellwether.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two PEM files, as certificate authorities issue them.
 *
 * @param certificate the file with the server's own certificate, followed by those that lead to a
 *     known authority
 * @param key the file with the private key of the first certificate
 */
record PemFiles(Path certificate, Path key) implements KeyFiles {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  @Override
  public KeyStore load(char[] password) {
    Certificate[] chain = readChain();
    PublicKey publicKey = chain[0].getPublicKey();
    PrivateKey privateKey = readKey(publicKey.getAlgorithm());
    try {
      if (!belongTogether(privateKey, publicKey)) {
        throw new IllegalArgumentException(
            key + ": is not the key of the certificate in " + certificate);
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", privateKey, password, chain);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(certificate + ": is of a kind that cannot be served", e);
    }
  }

  private Certificate[] readChain() {
    byte[] bytes = KeyFiles.read(certificate);
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .toArray(Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException(certificate + ": is not a certificate in PEM", e);
    }
    throw new IllegalArgumentException(certificate + ": has no certificate in it");
  }

  private PrivateKey readKey(String algorithm) {
    Matcher pem = PKCS8.matcher(new String(KeyFiles.read(key), ISO_8859_1));
    if (!pem.find()) {
      throw new IllegalArgumentException(
          key + ": has no PRIVATE KEY in it; openssl pkcs8 -topk8 -nocrypt makes one from another");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          key + ": is not a key for the certificate in " + certificate, e);
    }
  }

  /**
   * Returns whether key and certificate belong together: while both files are being replaced they
   * may not, and then no client could connect.
   */
  private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (publicKey.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> publicKey.getAlgorithm();
            });
    byte[] anything = {1};
    signature.initSign(privateKey);
    signature.update(anything);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(anything);
    return signature.verify(signed);
  }

  @Override
  public List<Path> paths() {
    return List.of(certificate, key);
  }
}
