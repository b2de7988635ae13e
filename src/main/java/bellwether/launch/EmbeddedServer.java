package bellwether.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/** Runs Jetty, which serves the WAR that contains it. */
public final class EmbeddedServer {
  /**
   * The temporary directory that every application must be given; this one writes nothing into it.
   */
  private static final String UNUSED = "WEB-INF/temporary";

  private final Server server;
  private final WebAppContext context;

  private EmbeddedServer(Server server, WebAppContext context) {
    this.server = server;
    this.context = context;
  }

  /**
   * Starts the server, and returns once requests are answered.
   *
   * @param webapp the directory that has the WAR's files
   * @param commandLine the words of the command line (see {@link Options}), since two class loaders
   *     share no other type
   * @param started takes an action that ends the server in order, before anybody is told that it is
   *     ready
   */
  public static void start(Path webapp, List<String> commandLine, Consumer<Runnable> started)
      throws Exception {
    Options options = Options.parse(commandLine);
    Server server = new Server();
    Connectors.addTo(server, commandLine, System.getenv());

    WebAppContext context = new WebAppContext();
    context.setContextPath(options.contextPath().isEmpty() ? "/" : options.contextPath());
    context.setBaseResourceAsPath(webapp);
    context.setTempDirectory(webapp.resolve(UNUSED).toFile());
    context.setTempDirectoryPersistent(true); // several servers share the directory
    context.setThrowUnavailableOnStartupException(true);
    server.setHandler(new DirectChannels(context));
    ProblemAnswers.addTo(server, context);
    AsyncFiles.addTo(context);
    EmbeddedServer embedded = new EmbeddedServer(server, context);
    try {
      server.start();
    } catch (Exception e) {
      embedded.end();
      throw e;
    }
    started.accept(embedded::end);
    System.out.println("Bellwether is ready: " + addresses(server, options));
  }

  private static String addresses(Server server, Options options) {
    String name = options.host().isEmpty() ? "localhost" : options.host();
    return Stream.of(server.getConnectors())
        .map(ServerConnector.class::cast)
        .map(
            connector ->
                (connector.getConnectionFactory(SslConnectionFactory.class) == null
                        ? "http://"
                        : "https://")
                    + name
                    + ':'
                    + connector.getLocalPort()
                    + options.contextPath()
                    + '/')
        .collect(Collectors.joining(" and "));
  }

  private void end() {
    try {
      OrderlyStop.stop(server, context);
    } catch (Exception e) {
      System.err.println("Did not stop cleanly: " + e);
    }
  }
}
