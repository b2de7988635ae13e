package bellwether.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/** Jetty, serving the WAR it came in. */
public final class EmbeddedServer {
  /** What an application has to be given, and ours writes nothing into. */
  private static final String UNUSED = "WEB-INF/temporary";

  private final Server server;
  private final WebAppContext context;

  private EmbeddedServer(Server server, WebAppContext context) {
    this.server = server;
    this.context = context;
  }

  /**
   * Starts, and returns once requests are answered.
   *
   * @param webapp the directory that has the WAR's files in it
   * @param commandLine see {@link Options}: words, since two class loaders share no other type
   * @return ends it, in order
   */
  public static Runnable start(Path webapp, List<String> commandLine) throws Exception {
    Options options = Options.parse(commandLine);
    Server server = new Server();
    Connectors.addTo(server, commandLine, System.getenv());

    WebAppContext context = new WebAppContext();
    context.setContextPath(options.contextPath().isEmpty() ? "/" : options.contextPath());
    context.setBaseResourceAsPath(webapp);
    context.setTempDirectory(webapp.resolve(UNUSED).toFile());
    context.setTempDirectoryPersistent(true); // several servers have the same
    context.setThrowUnavailableOnStartupException(true);
    server.setHandler(new DirectChannels(context));
    ProblemAnswers.addTo(server, context);
    EmbeddedServer started = new EmbeddedServer(server, context);
    try {
      server.start();
    } catch (Exception e) {
      started.end();
      throw e;
    }
    System.out.println("Bellwether is ready: " + addresses(server, options));
    return started::end;
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
