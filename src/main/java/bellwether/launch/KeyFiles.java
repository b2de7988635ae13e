package bellwether.launch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;

/** The files that have the server's certificate and its private key. */
sealed interface KeyFiles permits PemFiles, Pkcs12File {
  /**
   * Reads the files, and checks that the server can use them.
   *
   * @param password protects the file, if it is protected, and the key in the result
   * @throws IllegalArgumentException saying which file is wrong, and why, without any secret
   */
  KeyStore load(char[] password);

  List<Path> paths();

  /**
   * Returns the contents of a file.
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
