package bellwether.launch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The parts of a WAR that a class loader cannot read while they are in it, in a temporary
 * directory.
 */
final class UnpackedWar {
  private final Path war;
  private final Path directory;

  private UnpackedWar(Path war, Path directory) {
    this.war = war;
    this.directory = directory;
  }

  /** Nothing is unpacked yet. */
  static UnpackedWar of(Path war) throws IOException {
    return new UnpackedWar(war, Files.createTempDirectory("bellwether-"));
  }

  Path directory() {
    return directory;
  }

  /**
   * Loads what is at the WAR's root, and libraries in it.
   *
   * @param folder where they are, with a slash at its end
   */
  ClassLoader loaderOfRoot(String folder) throws IOException {
    List<URL> classPath = new ArrayList<>();
    classPath.add(war.toUri().toURL());
    classPath.addAll(libraries(folder));
    return loader(classPath);
  }

  /** Loads what a container would. */
  ClassLoader loaderOfApplication() throws IOException {
    List<URL> classPath = new ArrayList<>();
    unpack("WEB-INF/classes/", "");
    classPath.add(directory.resolve("WEB-INF/classes").toUri().toURL());
    classPath.addAll(libraries("WEB-INF/lib/"));
    return loader(classPath);
  }

  void delete() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("Left behind: " + directory);
    }
  }

  /**
   * The platform's loader as parent: what is at the WAR's root is to be loaded anew, with Jetty.
   */
  private static ClassLoader loader(List<URL> classPath) {
    return new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private List<URL> libraries(String folder) throws IOException {
    List<URL> libraries = new ArrayList<>();
    for (Path library : unpack(folder, ".jar")) {
      libraries.add(library.toUri().toURL());
    }
    return libraries;
  }

  private List<Path> unpack(String folder, String suffix) throws IOException {
    List<Path> files = new ArrayList<>();
    try (JarFile jar = new JarFile(war.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (name.startsWith(folder) && name.endsWith(suffix) && !entry.isDirectory()) {
          Path file = directory.resolve(name);
          Files.createDirectories(file.getParent());
          try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
          }
          files.add(file);
        }
      }
    }
    return files;
  }
}
