package bellwether.launch;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The files of a WAR, in a directory: a class loader cannot read a library inside an archive, and
 * an archive may be replaced while it is being served.
 */
final class UnpackedWar implements AutoCloseable {
  private final Path directory;
  private final Runnable end;

  /**
   * @param directory has the WAR's files
   * @param end cleans up when the files are no longer used
   */
  UnpackedWar(Path directory, Runnable end) {
    this.directory = directory;
    this.end = end;
  }

  /**
   * Unpacks a WAR into a temporary directory, which is deleted on closing.
   *
   * @param folder the only folder of the WAR that is needed; empty for all of it
   */
  static UnpackedWar temporary(Path war, String folder) throws IOException {
    Path directory = Files.createTempDirectory(Leftovers.PREFIX).toRealPath();
    UnpackedWar unpacked = new UnpackedWar(directory, () -> delete(directory));
    try (JarFile jar = new JarFile(war.toFile())) {
      Unpacking.bringUpToDate(jar, folder, directory);
    } catch (IOException e) {
      unpacked.close();
      throw e;
    }
    return unpacked;
  }

  Path directory() {
    return directory;
  }

  /**
   * Returns a loader of the classes at the WAR's root, and of the libraries in a folder.
   *
   * @param folder the folder of the libraries, with a slash at its end
   */
  ClassLoader loaderOfRoot(String folder) throws IOException {
    List<URL> classPath = new ArrayList<>();
    classPath.add(directory.toUri().toURL());
    classPath.addAll(libraries(folder));
    // The classes at the WAR's root have to be loaded anew, with Jetty.
    return loader(classPath, ClassLoader.getPlatformClassLoader());
  }

  /** Returns a loader of the classes that a container would load. */
  ClassLoader loaderOfApplication() throws IOException {
    List<URL> classPath = new ArrayList<>();
    classPath.add(directory.resolve("WEB-INF/classes").toUri().toURL());
    classPath.addAll(libraries("WEB-INF/lib/"));
    return loader(classPath, UnpackedWar.class.getClassLoader());
  }

  @Override
  public void close() {
    end.run();
  }

  private static ClassLoader loader(List<URL> classPath, ClassLoader parent) {
    return new URLClassLoader(classPath.toArray(URL[]::new), parent);
  }

  private List<URL> libraries(String folder) throws IOException {
    List<URL> libraries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve(folder))) {
      for (Path library :
          files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        libraries.add(library.toUri().toURL());
      }
    }
    return libraries;
  }

  /** Deletes a directory and its contents, if it exists, and prints a line if it cannot. */
  static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("Left behind: " + directory);
    }
  }
}
