package bellwether.it;

import bellwether.launch.DirectChannels;

/** Runs one web application in Jetty as the runnable WAR does. */
final class OwnLauncher {
  private OwnLauncher() {}

  public static void main(String[] args) throws Exception {
    Launcher.run(args, new JettyLauncher(DirectChannels::new));
  }
}
