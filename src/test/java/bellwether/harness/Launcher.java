package bellwether.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What the launchers share: they are told what to do by arguments and over stdin, and say on stdout
 * that they have done it. Knows nothing but the JDK, because it runs with a container's class path.
 */
final class Launcher {
  private static final Logger log = Logger.getLogger(Launcher.class.getName());

  private Launcher() {}

  /** A container that holds one web application, whose unpacked files it is given. */
  interface Server {
    /** Returns the port it listens on; a web application that fails to start is a failure. */
    int start(Arguments arguments) throws Exception;

    void undeploy() throws Exception;

    /** How many pieces of work its threads have been given so far; 0 if it does not count them. */
    default long tasks() {
      return 0;
    }

    void stop() throws Exception;
  }

  /** A connector setting, in the container's own words. */
  record Knob(String name, String value) {
    /** Whether it is an option of the runnable WAR's command line. */
    boolean isOption() {
      return name.startsWith("--");
    }

    static Knob parse(String argument) {
      int equals = argument.indexOf('=');
      return new Knob(argument.substring(0, equals), argument.substring(equals + 1));
    }
  }

  /**
   * @param directory for whatever the container wants to write; the caller removes it
   */
  record Arguments(Path webapp, String contextPath, int port, Path directory, List<Knob> knobs) {
    static Arguments parse(String[] args) throws IOException {
      Path directory = Path.of(args[3]);
      return new Arguments(
          unpack(Path.of(args[0]), directory.resolve("webapp")),
          args[1],
          Integer.parseInt(args[2]),
          directory,
          List.of(args).subList(4, args.length).stream().map(Knob::parse).toList());
    }
  }

  /**
   * The JDK's own log manager drops its handlers when the JVM is told to stop, and with them all
   * that is logged while the web application stops.
   */
  public static final class PatientLogManager extends LogManager {
    @Override
    public void reset() {}
  }

  /** Serves until stdin ends, which it also does when the test's JVM has died. */
  static void run(String[] args, Server server) throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "launcher-stop"));
    try {
      System.out.println("READY " + server.start(Arguments.parse(args)));
      obey(server);
    } catch (Exception e) {
      log.log(Level.SEVERE, "The server gives up", e);
    } finally {
      haltIfStoppingHangs();
      System.exit(1);
    }
  }

  private static void obey(Server server) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.equals("undeploy")) {
        server.undeploy();
        System.out.println("UNDEPLOYED");
      } else if (line.startsWith("tasks ")) {
        System.out.println(line + " " + server.tasks());
      } else if (line.startsWith("memory ")) {
        System.out.println(line + " " + heap() + " " + direct());
      }
    }
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static void stop(Server server) {
    try {
      server.stop();
      System.out.println("STOPPED");
    } catch (Exception e) {
      log.log(Level.SEVERE, "The server did not stop in order", e);
    }
  }

  private static void haltIfStoppingHangs() {
    Thread thread =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(30);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(2);
            },
            "launcher-halt");
    thread.setDaemon(true);
    thread.start();
  }

  private static Path unpack(Path war, Path target) throws IOException {
    try (ZipFile zip = new ZipFile(war.toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
          throw new IOException("Outside the WAR: " + entry);
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.resolveSibling("."));
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, file);
          }
        }
      }
    }
    return target;
  }
}
