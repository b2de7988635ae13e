package bellwether.harness;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

/** Runs one web application in Jetty's EE10 flavour. */
final class JettyLauncher implements Launcher.Server {
  private final Server server = new Server();
  private final ContextHandlerCollection contexts = new ContextHandlerCollection();
  private final WebAppContext context = new WebAppContext();

  private final Ports ports;
  private final Errors errors;
  private final UnaryOperator<Handler> wrapper;
  private final Stop stop;

  JettyLauncher(Ports ports, Errors errors, UnaryOperator<Handler> wrapper, Stop stop) {
    this.ports = ports;
    this.errors = errors;
    this.wrapper = wrapper;
    this.stop = stop;
  }

  public static void main(String[] args) throws Exception {
    Launcher.run(
        args,
        new JettyLauncher(
            JettyLauncher::plain,
            (server, context) -> {},
            UnaryOperator.identity(),
            (server, context) -> server.stop()));
  }

  /** What the server listens on. */
  interface Ports {
    void addTo(Server server, Launcher.Arguments arguments);
  }

  /** How requests are answered that do not reach the application. */
  interface Errors {
    void addTo(Server server, WebAppContext context);
  }

  /** What is done when the process is told to stop. */
  interface Stop {
    void stop(Server server, WebAppContext context) throws Exception;
  }

  private static void plain(Server server, Launcher.Arguments arguments) {
    HttpConnectionFactory http = new HttpConnectionFactory(new HttpConfiguration());
    ServerConnector connector = new ServerConnector(server, http);
    connector.setHost("127.0.0.1");
    connector.setPort(arguments.port());
    server.addConnector(connector);
  }

  @Override
  public int start(Launcher.Arguments arguments) throws Exception {
    ports.addTo(server, arguments);
    boolean isCompressing = false;
    for (Launcher.Knob knob : arguments.knobs()) {
      if (knob.name().equals("compression")) {
        isCompressing = knob.value().equals("on");
      } else if (!knob.isOption()) {
        set(knob);
      }
    }

    String path = arguments.contextPath();
    context.setContextPath(path.isEmpty() ? "/" : path);
    context.setWar(arguments.webapp().toUri().toString());
    context.setTempDirectory(Path.of(arguments.directory().toString(), "work").toFile());
    context.setThrowUnavailableOnStartupException(true);
    contexts.addHandler(context);
    server.setHandler(wrapper.apply(isCompressing ? new CompressionHandler(contexts) : contexts));
    errors.addTo(server, context);
    server.start();
    for (ServerConnector connector : connectors().subList(1, connectors().size())) {
      System.out.println("TLS " + connector.getLocalPort());
    }
    return connectors().get(0).getLocalPort();
  }

  private List<ServerConnector> connectors() {
    return Stream.of(server.getConnectors()).map(ServerConnector.class::cast).toList();
  }

  private void set(Launcher.Knob knob) throws Exception {
    for (ServerConnector connector : connectors()) {
      HttpConfiguration http =
          connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration();
      set(knob, connector, http, server);
    }
  }

  /** Sets a property of the first object that has it. */
  private static void set(Launcher.Knob knob, Object... owners) throws Exception {
    String setter =
        "set" + knob.name().substring(0, 1).toUpperCase(Locale.ROOT) + knob.name().substring(1);
    for (Object owner : owners) {
      for (Method method : Stream.of(owner.getClass().getMethods()).toList()) {
        if (method.getName().equals(setter) && method.getParameterCount() == 1) {
          method.invoke(owner, parsed(knob.value(), method.getParameterTypes()[0]));
          return;
        }
      }
    }
    throw new IllegalArgumentException("Jetty's connector has no " + knob.name());
  }

  private static Object parsed(String value, Class<?> type) {
    if (type == int.class) {
      return Integer.valueOf(value);
    }
    if (type == long.class) {
      return Long.valueOf(value);
    }
    if (type == UriCompliance.class) {
      return UriCompliance.from(value);
    }
    return type == boolean.class ? Boolean.valueOf(value) : value;
  }

  @Override
  public void undeploy() throws Exception {
    context.stop();
    contexts.removeHandler(context);
  }

  @Override
  public void stop() throws Exception {
    stop.stop(server, context);
  }
}
