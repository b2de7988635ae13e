package bellwether.launch;

import java.nio.file.Path;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty, serving the WAR it came in. */
public final class EmbeddedServer {
  private final Server server;
  private final WebAppContext context;

  private EmbeddedServer(Server server, WebAppContext context) {
    this.server = server;
    this.context = context;
  }

  /**
   * Starts, and returns once requests are answered.
   *
   * @param war this application
   * @param temporary a directory for what Jetty unpacks
   * @param host the address to listen on, empty for all
   * @param port 0 for a free one
   * @return ends it, in order
   */
  public static Runnable start(Path war, Path temporary, String host, int port, String contextPath)
      throws Exception {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(host.isEmpty() ? null : host);
    connector.setPort(port);
    server.addConnector(connector);

    WebAppContext context = new WebAppContext();
    context.setContextPath(contextPath.isEmpty() ? "/" : contextPath);
    context.setWar(war.toUri().toString());
    context.setTempDirectory(temporary.resolve("webapp").toFile());
    context.setThrowUnavailableOnStartupException(true);
    server.setHandler(new DirectChannels(context));
    EmbeddedServer started = new EmbeddedServer(server, context);
    try {
      server.start();
    } catch (Exception e) {
      started.end();
      throw e;
    }
    String name = host.isEmpty() ? "localhost" : host;
    System.out.println(
        "Bellwether is ready: http://" + name + ':' + connector.getLocalPort() + contextPath + '/');
    return started::end;
  }

  /** Ends the application while connections still are open, so that it can say good-bye on them. */
  private void end() {
    try {
      context.stop();
      server.stop();
    } catch (Exception e) {
      System.err.println("Not ended in order: " + e);
    }
  }
}
