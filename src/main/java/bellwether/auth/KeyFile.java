package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys in a file, which is read again when it has changed. While the file is wrong, the old keys
 * stay.
 */
public final class KeyFile extends TokenKeys {
  private static final Logger logger = LoggerFactory.getLogger(KeyFile.class);

  private static final int MAX_BYTES = 1 << 18;

  private final Path path;
  private final Algorithms allowed;

  private volatile KeyRing ring;

  // Confined to the refreshing thread.
  private Version seen;

  /**
   * Reads the keys of a file.
   *
   * @param path a shared secret, PEM, a JWK or a JWK set
   * @throws IllegalArgumentException saying what is wrong, and no secret
   */
  public KeyFile(Path path, Algorithms allowed) {
    this.path = path;
    this.allowed = allowed;
    this.seen = Version.of(path); // before the file is read, so that no change is missed
    this.ring = ring();
  }

  @Override
  KeyRing current() {
    return ring;
  }

  @Override
  public void refreshIfDue() {
    Version now = Version.of(path);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      ring = ring();
      logger.info("Tokens are checked with the new keys in {}", path);
    } catch (IllegalArgumentException e) {
      logger.warn("The keys stay as they were: {}", e.getMessage());
    }
  }

  private KeyRing ring() {
    try {
      return KeyRing.of(KeyText.keys(read(path)), allowed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + " " + e.getMessage(), e);
    }
  }

  /**
   * Returns the text of a key file.
   *
   * @throws IllegalArgumentException saying why it cannot be read, but not which file it is
   */
  static String read(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new IllegalArgumentException("is larger than " + MAX_BYTES + " bytes");
      }
      return new String(Files.readAllBytes(path), UTF_8);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("is not there", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException("may not be read by this user", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read", e);
    }
  }

  /** The attributes that change when the file does. */
  private record Version(FileTime modified, long size) {
    static final Version NONE = new Version(FileTime.fromMillis(0), -1);

    static Version of(Path path) {
      try {
        BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
        return new Version(file.lastModifiedTime(), file.size());
      } catch (IOException e) {
        return NONE;
      }
    }
  }
}
