package bellwether.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.IntrospectionUtils;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

/** Runs one web application in Tomcat; uses only what 10.1 and 11 have in common. */
final class TomcatLauncher implements Launcher.Server {
  /** Warns when the machine is busy at the start, and tests allow no warnings. */
  private static final Logger sessions =
      Logger.getLogger("org.apache.catalina.util.SessionIdGeneratorBase");

  private final Tomcat tomcat = new Tomcat();

  private TomcatLauncher() {}

  public static void main(String[] args) throws Exception {
    Launcher.run(args, new TomcatLauncher());
  }

  @Override
  public int start(Launcher.Arguments arguments) throws Exception {
    sessions.setLevel(Level.SEVERE);
    tomcat.setBaseDir(arguments.directory().toString());
    Files.createDirectories(arguments.directory().resolve("webapps"));
    Connector connector = tomcat.getConnector();
    connector.setPort(arguments.port());
    connector.setProperty("address", "127.0.0.1");
    for (Launcher.Knob knob : arguments.knobs()) {
      if (!connector.setProperty(knob.name(), knob.value())
          && !IntrospectionUtils.setProperty(connector, knob.name(), knob.value())
          && !IntrospectionUtils.setProperty(tomcat.getHost(), knob.name(), knob.value())) {
        throw new IllegalArgumentException("Tomcat's connector and host have no " + knob.name());
      }
    }
    Context context =
        tomcat.addWebapp(arguments.contextPath(), arguments.webapp().toAbsolutePath().toString());
    context.addLifecycleListener(TomcatLauncher::withoutJsp);
    tomcat.start();
    if (!context.getState().isAvailable()) {
      throw new IOException("The web application has not started");
    }
    return connector.getLocalPort();
  }

  /** The default set-up names a JSP servlet that the embedded jars do not have. */
  private static void withoutJsp(LifecycleEvent event) {
    if (event.getType().equals(Lifecycle.BEFORE_START_EVENT)
        && event.getLifecycle() instanceof Context context
        && context.findChild("jsp") != null) {
      context.removeServletMapping("*.jsp");
      context.removeServletMapping("*.jspx");
      context.removeChild(context.findChild("jsp"));
    }
  }

  @Override
  public long tasks() {
    ThreadPoolExecutor executor =
        (ThreadPoolExecutor) tomcat.getConnector().getProtocolHandler().getExecutor();
    return executor.getTaskCount();
  }

  @Override
  public void undeploy() {
    tomcat.getHost().removeChild(tomcat.getHost().findChildren()[0]);
  }

  @Override
  public void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }
}
