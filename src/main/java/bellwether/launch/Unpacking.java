package bellwether.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/** Unpacks the files of a WAR into a directory, and checks that they are complete. */
final class Unpacking {
  private static final int FINGERPRINT_BYTES = 8;

  private Unpacking() {}

  /** Returns a name for the contents of a WAR: two WARs that differ in a file have two names. */
  static String fingerprint(JarFile war) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
    for (ZipEntry entry : files(war)) {
      String line = entry.getName() + ' ' + entry.getSize() + ' ' + entry.getCrc() + '\n';
      digest.update(line.getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
  }

  /**
   * Writes the files that are missing, or that differ from the WAR's: the process that wrote them
   * may have been killed meanwhile, or the machine may have lost its power. Each file is moved into
   * its place as a whole.
   *
   * @param folder a folder of the WAR, with a slash at its end; empty for all of it
   */
  static void bringUpToDate(JarFile war, String folder, Path directory) throws IOException {
    for (ZipEntry entry : files(war)) {
      if (entry.getName().startsWith(folder)) {
        Path file = directory.resolve(entry.getName()).normalize();
        if (!file.startsWith(directory)) {
          throw new IOException(entry.getName() + " would be outside of " + directory);
        }
        if (!isUnharmed(file, entry)) {
          write(war, entry, file);
        }
      }
    }
  }

  private static List<? extends ZipEntry> files(JarFile war) {
    return war.stream().filter(entry -> !entry.isDirectory()).toList();
  }

  private static boolean isUnharmed(Path file, ZipEntry entry) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == entry.getSize()
        && hasChecksum(Files.readAllBytes(file), entry);
  }

  private static void write(JarFile war, ZipEntry entry, Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = war.getInputStream(entry)) {
      bytes = in.readAllBytes();
    }
    if (!hasChecksum(bytes, entry)) {
      throw new IOException(war.getName() + " is damaged, or was replaced while it was read");
    }
    Files.createDirectories(file.resolveSibling("."));
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, bytes);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean hasChecksum(byte[] bytes, ZipEntry entry) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return checksum.getValue() == entry.getCrc();
  }
}
