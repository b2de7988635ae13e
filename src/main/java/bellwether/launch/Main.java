package bellwether.launch;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
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
 * Where {@code java -jar} begins. It needs nothing but Java: it unpacks the server's libraries from
 * the WAR it was started from into a temporary directory, and hands over to {@link EmbeddedServer},
 * which is loaded beside them. In a container none of this is ever loaded.
 */
public final class Main {
  private static final String LIBRARIES = "WEB-INF/launcher/";

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    List<String> commandLine = List.of(arguments);
    Options options;
    try {
      options = Options.parse(commandLine);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; --help shows what there is");
      System.exit(2);
      return;
    }
    if (options.help()) {
      System.out.println(Options.HELP);
    } else if (options.version()) {
      String version = Main.class.getPackage().getImplementationVersion();
      System.out.println("bellwether " + (version == null ? "unpackaged" : version));
    } else {
      serve(commandLine);
    }
  }

  private static void serve(List<String> commandLine) throws Exception {
    Logs logs = Logs.setUp();
    Path war = war();
    Path temporary = Files.createTempDirectory("bellwether-");
    try {
      Runnable server = start(war, temporary, commandLine);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, temporary, logs)));
    } catch (InvocationTargetException e) {
      delete(temporary);
      Throwable root =
          e.getCause() instanceof IllegalArgumentException wrong ? wrong : rootOf(e); // ours
      if (!root.getClass().getSimpleName().equals("SettingsException")) { // which has been logged
        System.err.println("Not started: " + root.getMessage());
      }
      System.exit(1);
    }
  }

  private static Runnable start(Path war, Path temporary, List<String> commandLine)
      throws Exception {
    List<URL> classPath = new ArrayList<>();
    classPath.add(war.toUri().toURL()); // for the classes beside this one
    for (Path library : unpack(war, temporary)) {
      classPath.add(library.toUri().toURL());
    }
    // The platform's loader as parent: what is at the WAR's root is to be loaded anew, with Jetty.
    ClassLoader loader =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    return (Runnable)
        loader
            .loadClass("bellwether.launch.EmbeddedServer")
            .getMethod("start", Path.class, Path.class, List.class)
            .invoke(null, war, temporary, commandLine);
  }

  private static void end(Runnable server, Path temporary, Logs logs) {
    server.run();
    delete(temporary);
    logs.end();
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static Path war() throws URISyntaxException {
    return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static List<Path> unpack(Path war, Path directory) throws IOException {
    List<Path> libraries = new ArrayList<>();
    try (JarFile jar = new JarFile(war.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().startsWith(LIBRARIES) && entry.getName().endsWith(".jar")) {
          Path library = directory.resolve(entry.getName().substring(LIBRARIES.length()));
          try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, library);
          }
          libraries.add(library);
        }
      }
    }
    return libraries;
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("Left behind: " + directory);
    }
  }
}
