package bellwether.harness;

/** The servlet containers that the WAR must run in, and the server that comes with it. */
public enum Container {
  JETTY_12_1("jetty", "bellwether.harness.JettyLauncher"),
  /** What {@code java -jar} runs: streams go past the response, straight to the socket. */
  OWN("jetty", "bellwether.harness.OwnLauncher"),
  TOMCAT_11("tomcat11", "bellwether.harness.TomcatLauncher"),
  TOMCAT_10_1("tomcat10", "bellwether.harness.TomcatLauncher");

  private final String directory;
  private final String launcher;

  Container(String directory, String launcher) {
    this.directory = directory;
    this.launcher = launcher;
  }

  public boolean isJetty() {
    return directory.equals("jetty");
  }

  /** Where the build puts the container's jars, under {@code target/containers}. */
  String directory() {
    return directory;
  }

  /** Either keeps the last words; that of our own server keeps secrets, too. */
  String logManager() {
    return this == OWN
        ? "bellwether.launch.Logs$Lasting"
        : Launcher.PatientLogManager.class.getName();
  }

  /** By name: naming the class would load the container into the test's own JVM. */
  String launcher() {
    return launcher;
  }
}
