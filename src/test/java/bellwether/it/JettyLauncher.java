package bellwether.it;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
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

  private final UnaryOperator<Handler> wrapper;

  JettyLauncher(UnaryOperator<Handler> wrapper) {
    this.wrapper = wrapper;
  }

  public static void main(String[] args) throws Exception {
    Launcher.run(args, new JettyLauncher(UnaryOperator.identity()));
  }

  @Override
  public int start(Launcher.Arguments arguments) throws Exception {
    HttpConfiguration http = new HttpConfiguration();
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(arguments.port());
    boolean isCompressing = false;
    for (Launcher.Knob knob : arguments.knobs()) {
      if (knob.name().equals("compression")) {
        isCompressing = knob.value().equals("on");
      } else {
        set(knob, connector, http, server);
      }
    }
    server.addConnector(connector);

    String path = arguments.contextPath();
    context.setContextPath(path.isEmpty() ? "/" : path);
    context.setWar(arguments.webapp().toUri().toString());
    context.setTempDirectory(Path.of(arguments.directory().toString(), "work").toFile());
    context.setThrowUnavailableOnStartupException(true);
    contexts.addHandler(context);
    server.setHandler(wrapper.apply(isCompressing ? new CompressionHandler(contexts) : contexts));
    server.start();
    return connector.getLocalPort();
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
    return type == boolean.class ? Boolean.valueOf(value) : value;
  }

  @Override
  public void undeploy() throws Exception {
    context.stop();
    contexts.removeHandler(context);
  }

  @Override
  public void stop() throws Exception {
    server.stop();
  }
}
