package bellwether.launch;

import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where {@code java -jar} begins. It needs nothing but Java: it unpacks the server's libraries from
 * the WAR it was started from into a temporary directory, and hands over to {@link EmbeddedServer},
 * which is loaded beside them; or, if the first word is that of a tool, the application's own, and
 * hands over to it. In a container none of this is ever loaded.
 */
public final class Main {
  private static final String LIBRARIES = "WEB-INF/launcher/";
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
      serve(commandLine);
    }
  }

  /** With the application's own classes, as they are in the WAR. */
  private static int run(String tool, List<String> words) throws Exception {
    UnpackedWar war = UnpackedWar.of(war());
    Runtime.getRuntime().addShutdownHook(new Thread(war::delete)); // also if it is interrupted
    ClassLoader loader = war.loaderOfApplication();
    Thread.currentThread().setContextClassLoader(loader);
    return (int) loader.loadClass(tool).getMethod("run", List.class).invoke(null, words);
  }

  private static void serve(List<String> commandLine) throws Exception {
    Logs logs = Logs.setUp();
    UnpackedWar war = UnpackedWar.of(war());
    try {
      Runnable server = start(war, commandLine);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, war, logs)));
    } catch (InvocationTargetException e) {
      war.delete();
      Throwable root =
          e.getCause() instanceof IllegalArgumentException wrong ? wrong : rootOf(e); // ours
      if (!root.getClass().getSimpleName().equals("SettingsException")) { // which has been logged
        System.err.println("Not started: " + root.getMessage());
      }
      System.exit(1);
    }
  }

  private static Runnable start(UnpackedWar war, List<String> commandLine) throws Exception {
    ClassLoader loader = war.loaderOfRoot(LIBRARIES);
    Thread.currentThread().setContextClassLoader(loader);
    return (Runnable)
        loader
            .loadClass("bellwether.launch.EmbeddedServer")
            .getMethod("start", Path.class, Path.class, List.class)
            .invoke(null, war(), war.directory(), commandLine);
  }

  private static void end(Runnable server, UnpackedWar war, Logs logs) {
    server.run();
    war.delete();
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
