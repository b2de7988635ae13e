package bellwether.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The key that all servers measured with TLS have, and its certificate, which its clients trust.
 *
 * @param certificate a PEM file
 * @param key a PEM file
 */
record TlsKey(Path certificate, Path key, Path keyStore) {
  private static final char[] PASSWORD = "only-for-benchmarks".toCharArray();
  private static final String ALIAS = "bench";

  TlsKey(Path directory) {
    this(
        directory.resolve("certificate.pem"),
        directory.resolve("key.pem"),
        directory.resolve("key.p12"));
  }

  /** Makes the files anew. */
  void create() throws IOException, InterruptedException {
    Files.deleteIfExists(keyStore);
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String options =
        "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=localhost"
            + " -ext san=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -alias ";
    ProcessBuilder builder = new ProcessBuilder((keytool + " " + options + ALIAS).split(" ", -1));
    builder.command().add("-keystore");
    builder.command().add(keyStore.toString());
    builder.command().add("-storepass");
    builder.command().add(new String(PASSWORD));
    if (builder.inheritIO().start().waitFor() != 0) {
      throw new IOException("keytool failed");
    }
    try {
      KeyStore store = load();
      write(certificate, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
      write(key, "PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** For clients. */
  SSLContext trusting() throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, load().getCertificate(ALIAS));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static void write(Path file, String type, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type), US_ASCII);
  }
}
