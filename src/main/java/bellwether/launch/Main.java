package bellwether.launch;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The entry point of {@code java -jar}. It needs nothing but Java. It unpacks the WAR that it was
 * started from into the {@linkplain ServerFiles data directory}, and hands over to {@link
 * EmbeddedServer}, which is loaded from there together with the server's libraries. If the first
 * word names a tool, it unpacks into the temporary directory instead, for as long as the tool runs.
 * In a container none of this is ever loaded.
 */
public final class Main {
  private static final String LIBRARIES = "WEB-INF/launcher/";
  private static final String APPLICATION = "WEB-INF/";
  private static final Map<String, String> TOOLS =
      Map.of("log", "bellwether.tool.LogTool", "token", "bellwether.tool.TokenTool");

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    List<String> commandLine = List.of(arguments);
    String tool = commandLine.isEmpty() ? null : TOOLS.get(commandLine.get(0));
    if (tool != null) {
      System.exit(run(tool, commandLine.subList(1, commandLine.size())));
    }
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
      serve(options, commandLine);
    }
  }

  /** Runs a tool with the application's own classes, as they are in the WAR. */
  private static int run(String tool, List<String> words) throws Exception {
    UnpackedWar war = UnpackedWar.temporary(war(), APPLICATION);
    Runtime.getRuntime().addShutdownHook(new Thread(war::close)); // also if the tool is interrupted
    leftovers().delete();
    ClassLoader loader = war.loaderOfApplication();
    Thread.currentThread().setContextClassLoader(loader);
    return (int) loader.loadClass(tool).getMethod("run", List.class).invoke(null, words);
  }

  private static void serve(Options options, List<String> commandLine) throws Exception {
    Logs logs = Logs.setUp();
    UnpackedWar war = unpack(dataDirectory(options).resolve("server"));
    try {
      leftovers().delete();
      start(
          war,
          commandLine,
          server -> Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, war, logs))));
    } catch (InvocationTargetException e) {
      war.close();
      Throwable root =
          e.getCause() instanceof IllegalArgumentException wrong ? wrong : rootOf(e); // ours
      if (!root.getClass().getSimpleName().equals("SettingsException")) { // logged already
        System.err.println("Not started: " + root.getMessage());
      }
      System.exit(1);
    }
  }

  /**
   * Unpacks the WAR into a directory where no program cleans up; if that fails, into the temporary
   * directory, where one may.
   */
  private static UnpackedWar unpack(Path directory) throws Exception {
    Path war = war();
    try {
      return new ServerFiles(directory).unpack(war);
    } catch (IOException e) {
      UnpackedWar unpacked = UnpackedWar.temporary(war, "");
      System.err.println(
          "The server's files cannot be kept in "
              + directory
              + " ("
              + e
              + "); they are in "
              + unpacked.directory()
              + ", which must not be cleaned while it runs");
      return unpacked;
    }
  }

  /**
   * Returns the data directory that the application will use; its classes are not loaded yet: see
   * {@code SettingsReader}.
   */
  private static Path dataDirectory(Options options) {
    String text = System.getProperty("bellwether.data", System.getenv("BELLWETHER_DATA"));
    if (text != null && !text.isBlank()) {
      return Path.of(text.strip()).toAbsolutePath();
    }
    String path = options.contextPath();
    return Path.of(System.getProperty("user.home"), ".bellwether")
        .resolve(path.isEmpty() ? "ROOT" : path.substring(1).replace('/', '#'))
        .toAbsolutePath();
  }

  private static Leftovers leftovers() {
    return new Leftovers(
        Path.of(System.getProperty("java.io.tmpdir")),
        () -> new OpenFiles(Path.of("/proc")),
        InstantSource.system());
  }

  /**
   * Starts the server. Nothing comes after it: from then on somebody may replace the WAR, which
   * this class and its neighbours are loaded from.
   */
  private static void start(UnpackedWar war, List<String> commandLine, Consumer<Runnable> started)
      throws Exception {
    ClassLoader loader = war.loaderOfRoot(LIBRARIES);
    Thread.currentThread().setContextClassLoader(loader);
    loader
        .loadClass("bellwether.launch.EmbeddedServer")
        .getMethod("start", Path.class, List.class, Consumer.class)
        .invoke(null, war.directory(), commandLine, started);
  }

  private static void end(Runnable server, UnpackedWar war, Logs logs) {
    server.run();
    war.close();
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
}
