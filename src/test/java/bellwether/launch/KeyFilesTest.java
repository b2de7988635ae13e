package bellwether.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bellwether.fixtures.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
  private static final char[] PASSWORD = SelfSigned.PASSWORD.toCharArray();

  @TempDir static Path made;
  private static final Map<String, SelfSigned> own = new HashMap<>(); // keytool takes its time

  @TempDir Path directory;
  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @AfterAll
  static void forget() {
    own.clear();
  }

  private static SelfSigned own(String algorithm) {
    return own.computeIfAbsent(algorithm, name -> SelfSigned.create(name, made));
  }

  @BeforeEach
  void nameTheFiles() {
    certificate = directory.resolve("site.crt");
    key = directory.resolve("site.key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void readsTheTextFilesOfEachKindOfKey(String algorithm) throws KeyStoreException {
    SelfSigned mine = write(own(algorithm));
    assertThat(certificateOf(new PemFiles(certificate, key).load(new char[0])))
        .isEqualTo(mine.certificate());
  }

  @Test
  void readsAKeyStore() throws KeyStoreException {
    SelfSigned mine = own("EC");
    assertThat(certificateOf(new Pkcs12File(mine.keyStore()).load(PASSWORD)))
        .isEqualTo(mine.certificate());
  }

  @Test
  void saysThatAPasswordIsWrongAndNotWhatItIs() {
    SelfSigned mine = own("EC");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pkcs12File(mine.keyStore()).load("a-guess".toCharArray()))
        .withMessage(mine.keyStore() + ": BELLWETHER_TLS_PASSWORD is not its password");
  }

  @Test
  void saysThatAFileIsNoKeyStore() throws IOException {
    Files.writeString(key, "something else");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pkcs12File(key).load(PASSWORD))
        .withMessage(key + ": is not a PKCS#12 file");
  }

  @Test
  void saysThatAKeyStoreHasNoKey() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("other", own("EC").certificate());
    try (var out = Files.newOutputStream(key)) {
      store.store(out, PASSWORD);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pkcs12File(key).load(PASSWORD))
        .withMessage(key + ": has no certificate with its private key");
  }

  @Test
  void saysWhichFileIsMissing() {
    write(own("EC"));
    Path none = directory.resolve("none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pkcs12File(none).load(PASSWORD))
        .withMessage(none + ": there is no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PemFiles(none, key).load(PASSWORD))
        .withMessage(none + ": there is no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PemFiles(certificate, none).load(PASSWORD))
        .withMessage(none + ": there is no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
  void saysThatAFileHasNoCertificate(String text) throws IOException {
    write(own("EC"));
    Files.writeString(certificate, text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PemFiles(certificate, key).load(PASSWORD))
        .withMessageStartingWith(certificate + ": ");
  }

  @Test
  void saysHowToMakeAKeyOfAnotherFormReadable() throws IOException {
    write(own("RSA"));
    Files.writeString(key, Files.readString(key).replace(" PRIVATE KEY", " RSA PRIVATE KEY"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PemFiles(certificate, key).load(PASSWORD))
        .withMessageStartingWith(key + ": ")
        .withMessageContaining("openssl pkcs8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void refusesTheKeyOfAnotherCertificate(String algorithm) {
    write(own("EC"));
    SelfSigned.create(algorithm, directory).writeKey(key);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PemFiles(certificate, key).load(PASSWORD))
        .withMessageStartingWith(key + ": is not ");
  }

  private SelfSigned write(SelfSigned mine) {
    mine.writeCertificate(certificate);
    mine.writeKey(key);
    return mine;
  }

  private static Object certificateOf(KeyStore store) throws KeyStoreException {
    return store.getCertificate(Collections.list(store.aliases()).get(0));
  }
}
