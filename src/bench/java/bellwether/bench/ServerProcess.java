package bellwether.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server, started for one measurement and killed after it. */
final class ServerProcess implements AutoCloseable {
  /** Where everything is put that may be thrown away. */
  static final Path DIRECTORY = Path.of("target", "bench").toAbsolutePath();

  static final TlsKey KEY = new TlsKey(DIRECTORY);

  /** Where a server listens. */
  private record Ports(int plain, int tls) {
    Ports withoutTls() {
      return new Ports(plain, plain);
    }
  }

  /** The same for each JVM: enough for 10,000 streams of any of them. */
  private static final List<String> HEAP = List.of("-Xmx2g");

  /**
   * For measuring memory: a heap that is resident from the start to the end. Otherwise a collection
   * may give more of it back than 10,000 streams take.
   */
  private static final List<String> FIXED_HEAP = List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");

  private static final Path SOURCES = Path.of("src", "bench").toAbsolutePath();
  private static final long START_LIMIT = TimeUnit.SECONDS.toNanos(60);

  private final Peer peer;
  private final ProcessBuilder builder;
  private final Ports ports;

  private volatile Process process; // closed by whoever presses Ctrl-C, too

  private ServerProcess(Peer peer, ProcessBuilder builder, Ports ports) throws IOException {
    this.peer = peer;
    this.builder = builder;
    this.ports = ports;
    this.process = builder.start();
  }

  /**
   * Makes what the peer needs to be started.
   *
   * @return why it cannot be measured here; empty if it can
   */
  static String prepare(Peer peer) throws IOException, InterruptedException {
    return switch (peer) {
      case FLOOR -> {
        String source = SOURCES.resolve("c/floor.c").toString();
        String program = DIRECTORY.resolve("floor").toString();
        yield isThere("gcc")
            ? runs("gcc", "-O2", "-Wall", "-o", program, source)
            : "gcc is not on the PATH";
      }
      case NCHAN -> {
        if (!isThere("nginx")) {
          yield "nginx is not on the PATH";
        }
        yield modules().isEmpty() ? "nginx has no ngx_nchan_module.so" : "";
      }
      case REDIS, REDIS_EVERYSEC ->
          isThere("redis-server") ? "" : "redis-server is not on the PATH";
      case BELLWETHER,
          BELLWETHER_MEMORY,
          BELLWETHER_NEVER,
          BELLWETHER_100MS,
          BELLWETHER_FILES,
          BELLWETHER_KILLED ->
          Files.exists(Path.of("target", "bellwether.war")) ? "" : "the WAR is not built";
      case SPRING_MVC, SPRING_WEBFLUX -> {
        String maven = Path.of(System.getProperty("maven.home", ""), "bin", "mvn").toString();
        String pom = SOURCES.resolve("spring/pom.xml").toString();
        yield runs(maven, "-q", "-B", "-f", pom, "package");
      }
    };
  }

  static ServerProcess start(Peer peer, Scenario scenario)
      throws IOException, InterruptedException {
    Ports ports = freePorts();
    Path directory = Files.createTempDirectory(DIRECTORY, peer.label() + "-");
    List<String> command = new ArrayList<>(command(peer, scenario, ports, directory));
    if (peer.isJvm()) {
      command.addAll(1, scenario == Scenario.IDLE ? FIXED_HEAP : HEAP);
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(Redirect.appendTo(directory.resolve("output.log").toFile()));
    ServerProcess server =
        new ServerProcess(peer, builder, scenario.isSecure() ? ports : ports.withoutTls());
    server.awaitListening();
    return server;
  }

  /** Kills it as by {@code kill -9}, and starts it on what it has left behind. */
  void killAndStart() throws IOException, InterruptedException {
    close();
    process = builder.start();
    awaitListening();
  }

  int port() {
    return ports.plain();
  }

  /** For streams: that of TLS if the scenario has it. */
  int streamPort() {
    return ports.tls();
  }

  /** Of everything that has been started: nginx works in a child. */
  List<Long> pids() {
    return handles().map(ProcessHandle::pid).toList();
  }

  /** At once: nothing is measured any more, and an orderly end takes some of them half a minute. */
  @Override
  public void close() {
    handles().toList().forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }

  private Stream<ProcessHandle> handles() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private void awaitListening() throws IOException, InterruptedException {
    try {
      awaitListening(peer == Peer.NCHAN ? 2 : 1);
    } catch (IOException e) {
      close();
      throw new IOException(peer.label() + " does not start: " + builder.command(), e);
    }
  }

  /** A process that is not there yet would be missing in everything that is measured. */
  private void awaitListening(int processes) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT;
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.plain()), 1000);
        if (handles().count() >= processes) {
          return;
        }
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw e;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("not ready in time");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static List<String> command(Peer peer, Scenario scenario, Ports ports, Path directory)
      throws IOException {
    int port = ports.plain();
    return switch (peer) {
      case FLOOR -> List.of(DIRECTORY.resolve("floor").toString(), Integer.toString(port));
      case NCHAN -> {
        String template = Files.readString(SOURCES.resolve("nchan/nginx.conf"));
        Path file = directory.resolve("nginx.conf");
        Files.writeString(
            file,
            template
                .replace("@PORT@", Integer.toString(port))
                .replace("@TLS@", scenario.isSecure() ? nginxTls(ports.tls()) : "")
                .replace("@MODULES@", modules().get(0).toString()));
        String prefix = directory.toString();
        yield List.of("nginx", "-p", prefix, "-c", file.toString(), "-e", prefix + "/error.log");
      }
      case BELLWETHER,
          BELLWETHER_MEMORY,
          BELLWETHER_NEVER,
          BELLWETHER_100MS,
          BELLWETHER_FILES,
          BELLWETHER_KILLED ->
          bellwether(ports, directory, peer.setting(scenario), scenario.isSecure());
      case REDIS -> redis(port, directory, "always");
      case REDIS_EVERYSEC -> redis(port, directory, "everysec");
      case SPRING_MVC ->
          spring(
              port,
              "--spring.main.web-application-type=servlet",
              "--server.tomcat.max-connections=19900",
              "--server.tomcat.accept-count=4096",
              "--server.tomcat.max-keep-alive-requests=-1");
      case SPRING_WEBFLUX -> spring(port, "--spring.main.web-application-type=reactive");
    };
  }

  private static String nginxTls(int port) {
    return "listen 127.0.0.1:%d ssl http2 backlog=4096; ssl_certificate %s; ssl_certificate_key %s;"
        .formatted(port, KEY.certificate(), KEY.key());
  }

  private static List<String> bellwether(
      Ports ports, Path directory, String setting, boolean isSecure) {
    List<String> arguments = new ArrayList<>();
    if (!setting.isEmpty()) {
      arguments.add("-Dbellwether." + setting);
    }
    arguments.add("-Dbellwether.publisher.key=" + Peer.KEY);
    arguments.add("-Dbellwether.data=" + directory.resolve("data"));
    arguments.addAll(List.of("-jar", "target/bellwether.war"));
    arguments.addAll(List.of("--port", Integer.toString(ports.plain())));
    if (isSecure) {
      arguments.addAll(List.of("--tls-port", Integer.toString(ports.tls())));
      arguments.addAll(List.of("--tls-certificate", KEY.certificate().toString()));
      arguments.addAll(List.of("--tls-key", KEY.key().toString()));
    }
    return java(arguments.toArray(String[]::new));
  }

  /** Without snapshots and rewriting, whose processes would come and go. */
  private static List<String> redis(int port, Path directory, String sync) {
    List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1"));
    command.addAll(List.of("--port", Integer.toString(port), "--dir", directory.toString()));
    command.addAll(List.of("--save", "", "--auto-aof-rewrite-percentage", "0"));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", sync));
    return command;
  }

  private static List<String> spring(int port, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-jar");
    arguments.add(DIRECTORY.resolve("spring/spring-peer.jar").toString());
    arguments.add("--server.address=127.0.0.1");
    arguments.add("--server.port=" + port);
    arguments.addAll(List.of(options));
    return java(arguments.toArray(String[]::new));
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<Path> modules() {
    return Stream.of(
            "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/nginx/modules")
        .map(Path::of)
        .filter(directory -> Files.exists(directory.resolve("ngx_nchan_module.so")))
        .toList();
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static String runs(String... command) throws IOException, InterruptedException {
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    return status == 0 ? "" : String.join(" ", command) + " failed";
  }

  private static Ports freePorts() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket tls = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Ports(plain.getLocalPort(), tls.getLocalPort());
    }
  }
}
