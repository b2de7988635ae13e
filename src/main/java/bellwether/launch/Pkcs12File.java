package bellwether.launch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.List;

/** A PKCS #12 file with one or more certificates and their keys, all under one password. */
record Pkcs12File(Path path) implements KeyFiles {

  @Override
  public KeyStore load(char[] password) {
    byte[] bytes = KeyFiles.read(path);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), password);
      requireKey(store, password);
      return store;
    } catch (UnrecoverableKeyException e) {
      throw new IllegalArgumentException(path + ": its key has another password than the file", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          e.getCause() instanceof UnrecoverableKeyException
              ? path + ": BELLWETHER_TLS_PASSWORD is not its password"
              : path + ": is not a PKCS#12 file",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(path + ": is of a kind that Java does not know", e);
    }
  }

  private void requireKey(KeyStore store, char[] password) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias) && store.getKey(alias, password) != null) {
        return;
      }
    }
    throw new IllegalArgumentException(path + ": has no certificate with its private key");
  }

  @Override
  public List<Path> paths() {
    return List.of(path);
  }
}
