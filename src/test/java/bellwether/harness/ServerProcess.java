package bellwether.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The WAR in a container, in a JVM of its own: so it can be told to stop, and be killed. */
public final class ServerProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern READY = Pattern.compile("^READY (\\d+)$", Pattern.MULTILINE);
  private static final Pattern TLS = Pattern.compile("^TLS (\\d+)$", Pattern.MULTILINE);
  private static final Pattern UNDEPLOYED = Pattern.compile("^UNDEPLOYED$", Pattern.MULTILINE);

  private final Process process;
  private final ProcessOutput output;
  private final TemporaryDirectory directory;
  private final String contextPath;
  private final int port;
  private final AtomicInteger questions = new AtomicInteger();

  private ServerProcess(Builder builder) throws IOException {
    contextPath = builder.contextPath;
    directory = TemporaryDirectory.create("bellwether-server");
    process = new ProcessBuilder(builder.command(directory.path())).start();
    output = new ProcessOutput(builder.container.name(), process);
    try {
      port = Integer.parseInt(output.await(READY, START_LIMIT).group(1));
    } catch (AssertionError e) {
      kill();
      throw e;
    }
  }

  public static Builder on(Container container) {
    return new Builder(container);
  }

  /** The WAR as the build made it. */
  public static Path war() {
    return Builder.testClasses().resolveSibling("bellwether.war");
  }

  /**
   * What {@code pathRelativeToContext}, with or without a leading slash, is called from outside.
   */
  public URI uri(String pathRelativeToContext) {
    String slash = pathRelativeToContext.startsWith("/") ? "" : "/";
    return URI.create("http://127.0.0.1:" + port + contextPath + slash + pathRelativeToContext);
  }

  /** The same over TLS, where {@code --tls-port} has been asked for. */
  public URI tlsUri(String pathRelativeToContext) {
    String tlsPort = output.await(TLS, PATIENCE).group(1); // said before READY
    URI plain = uri(pathRelativeToContext);
    String query = plain.getRawQuery() == null ? "" : "?" + plain.getRawQuery();
    return URI.create("https://localhost:" + tlsPort + plain.getRawPath() + query);
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All output so far; after {@link #terminate} and {@link #kill}, to the last line. */
  public String log() {
    return output.text();
  }

  public void awaitLog(String substring, Duration limit) {
    output.await(Pattern.compile(substring, Pattern.LITERAL), limit);
  }

  /** Stops the web application, but not the server; returns when it has stopped. */
  public void undeploy() {
    command("undeploy");
    output.await(UNDEPLOYED, STOP_LIMIT);
  }

  /**
   * How many pieces of work the container's threads have been given so far; 0 if it does not count
   * them.
   */
  public long tasks() {
    return Long.parseLong(answer("tasks", "(\\d+)").group(1));
  }

  /** Has the garbage collected first. */
  public ServerMemory memory() {
    MatchResult answer = answer("memory", "(\\d+) (\\d+)");
    return new ServerMemory(Long.parseLong(answer.group(1)), Long.parseLong(answer.group(2)));
  }

  private MatchResult answer(String question, String shape) {
    String line = question + " " + questions.incrementAndGet();
    command(line);
    return output.await(
        Pattern.compile("^" + line + " " + shape + "$", Pattern.MULTILINE), PATIENCE);
  }

  private void command(String line) {
    try {
      Writer commands = process.outputWriter();
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new AssertionError("The server takes no commands; it said:\n" + log(), e);
    }
  }

  /** What happens when the test's own JVM dies: the server's stdin ends. */
  void closeCommands() {
    try {
      process.outputWriter().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, and wait. */
  public void terminate() {
    if (!endsWithin(STOP_LIMIT)) {
      throw new AssertionError("Still there " + STOP_LIMIT + " after SIGTERM; it said:\n" + log());
    }
  }

  /** SIGKILL, and wait. The process has no chance to do anything. */
  public void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
    gone();
  }

  @Override
  public void close() {
    if (!endsWithin(PATIENCE)) {
      kill();
    }
  }

  private boolean endsWithin(Duration limit) {
    // The handle's method: the process's own one closes the pipes, and the last words are lost.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
    gone();
    return true;
  }

  private void gone() {
    output.awaitEnd();
    directory.close();
  }

  /** Says what is to run, and how. */
  public static final class Builder {
    private final Container container;
    private final Path target;
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> knobs = new ArrayList<>();
    private Path war;
    private String contextPath = "";
    private int port;

    private Builder(Container container) {
      this.container = container;
      this.target = testClasses().resolveSibling("");
      this.war = ServerProcess.war();
    }

    /** {@code target/bellwether.war} if not told otherwise. */
    public Builder war(Path war) {
      this.war = war;
      return this;
    }

    /** Empty, for the root, if not told otherwise; else such as {@code "/bellwether"}. */
    public Builder contextPath(String contextPath) {
      this.contextPath = contextPath;
      return this;
    }

    /** A system property of the server's JVM. */
    public Builder setting(String key, String value) {
      return jvmArgument("-D" + key + "=" + value);
    }

    /** 0, for any free one, if not told otherwise. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    public Builder jvmArgument(String argument) {
      jvmArguments.add(argument);
      return this;
    }

    /**
     * A setting in the container's own words: on Tomcat a property of the connector ({@code
     * maxConnections}, {@code connectionTimeout}, {@code socket.txBufSize}) or, if that does not
     * have it, of the host ({@code errorReportValveClass}), on Jetty of the connector, the HTTP
     * configuration or the server, whichever has it ({@code idleTimeout}, {@code
     * acceptedSendBufferSize}, {@code outputBufferSize}, {@code stopTimeout}); there, {@code
     * compression} {@code on} puts Jetty's compression in front. On our own server a name with two
     * dashes is an option of its command line.
     */
    public Builder connector(String name, String value) {
      knobs.add(name + "=" + value);
      return this;
    }

    /** Returns when the web application is up; fails, with all the process said, if it is not. */
    public ServerProcess start() {
      if (!Files.isDirectory(jars())) {
        throw new AssertionError(jars() + " is missing; mvn pre-integration-test makes it");
      }
      try {
        return new ServerProcess(this);
      } catch (IOException e) {
        throw new AssertionError("No process for " + container, e);
      }
    }

    private List<String> command(Path directory) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Djava.awt.headless=true");
      // So that even a killed server's temporary files are found and removed.
      command.add("-Djava.io.tmpdir=" + directory);
      command.add("-Djava.util.logging.manager=" + container.logManager());
      command.addAll(jvmArguments);
      command.add("-cp");
      command.add(
          String.join(
              File.pathSeparator,
              jars().resolve("*").toString(),
              testClasses().toString(),
              launchClasses()));
      command.add(container.launcher());
      command.add(war.toString());
      command.add(contextPath);
      command.add(Integer.toString(port));
      command.add(directory.toString());
      command.addAll(knobs);
      return command;
    }

    private Path jars() {
      return target.resolve("containers").resolve(container.directory());
    }

    /** The WAR itself: at its root is nothing but what {@code java -jar} starts. */
    private static String launchClasses() {
      return ServerProcess.war().toString();
    }

    private static Path testClasses() {
      try {
        return Path.of(
            ServerProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
