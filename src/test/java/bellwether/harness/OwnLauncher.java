package bellwether.harness;

import bellwether.launch.AsyncFiles;
import bellwether.launch.Connectors;
import bellwether.launch.DirectChannels;
import bellwether.launch.OrderlyStop;
import bellwether.launch.ProblemAnswers;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;

/** Runs one web application in Jetty as the runnable WAR does. */
final class OwnLauncher {
  private OwnLauncher() {}

  public static void main(String[] args) throws Exception {
    Launcher.run(
        args,
        new JettyLauncher(
            OwnLauncher::listen, OwnLauncher::configure, DirectChannels::new, OrderlyStop::stop));
  }

  private static void configure(Server server, WebAppContext context) {
    ProblemAnswers.addTo(server, context);
    AsyncFiles.addTo(context);
  }

  private static void listen(Server server, Launcher.Arguments arguments) {
    List<String> commandLine = new ArrayList<>();
    commandLine.add("--host=127.0.0.1");
    commandLine.add("--port=" + arguments.port());
    arguments.knobs().stream()
        .filter(Launcher.Knob::isOption)
        .map(knob -> knob.value().isEmpty() ? knob.name() : knob.name() + '=' + knob.value())
        .forEach(commandLine::add);
    Connectors.addTo(server, commandLine, System.getenv());
  }
}
