package bellwether.faults.cluster;

import bellwether.harness.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The programs of the PostgreSQL that is installed on this machine, as Debian's package has them.
 * They refuse to run as root: root runs them as the user {@code postgres}.
 */
final class PostgresPrograms {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /*
   * What is started dies with the thread that started it, so that nothing outlives the tests' JVM,
   * however that ends. So all is started by one thread, which never ends before the JVM.
   */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "postgres-starter");
            thread.setDaemon(true);
            return thread;
          });

  private final Path directory;
  private final boolean isRoot = "root".equals(System.getProperty("user.name"));

  private PostgresPrograms(Path directory) {
    this.directory = directory;
  }

  /** Returns those of the newest version; empty if none is installed. */
  static Optional<PostgresPrograms> find() {
    if (!Files.isDirectory(VERSIONS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("pg_basebackup")))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparing(bin -> Double.parseDouble(bin.getName(3).toString())))
          .map(PostgresPrograms::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a directory the property of the user that runs the programs. */
  void own(Path path) throws IOException {
    if (isRoot) {
      Files.setOwner(
          path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
    }
  }

  /** Starts a program; what it says goes to a file. */
  Process start(Path output, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    if (isRoot) {
      command.addAll(List.of("--reuid", USER, "--regid", USER, "--clear-groups"));
    }
    command.add(directory.resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(output.resolveSibling("").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().put("LC_ALL", "C");
    CompletableFuture<Process> started =
        CompletableFuture.supplyAsync(() -> start(builder), STARTER);
    return Await.value("the start of " + program, LIMIT, started);
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program to its end, which must be a good one. */
  void run(Path output, String program, String... arguments) {
    Process process = start(output, program, arguments);
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(program + " failed; it said:\n" + text(output));
      }
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  static @Nullable String text(Path output) {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
