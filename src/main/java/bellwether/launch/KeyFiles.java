package bellwether.launch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;

/** Where the server's certificate and its private key are kept. */
sealed interface KeyFiles permits PemFiles, Pkcs12File {
  /**
   * Reads them and checks that they can be served with.
   *
   * @param password what protects the file, if anything, and the key in the result
   * @throws IllegalArgumentException saying what is wrong with which file, and no secret
   */
  KeyStore load(char[] password);

  List<Path> paths();

  /**
   * All that is in it.
   *
   * @throws IllegalArgumentException saying why it cannot be read
   */
  static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(path + ": there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(path + ": may not be read by this user", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(path + ": cannot be read", e);
    }
  }
}
