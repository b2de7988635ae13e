package bellwether.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Measures every peer in every scenario, in turn, round after round. */
final class Comparison {
  private static final int LOAD_LIMIT = 10; // minutes

  private final List<Scenario> scenarios;
  private final List<Peer> peers;
  private final int rounds;
  private final int seconds;
  private final int warmUp;

  Comparison(List<Scenario> scenarios, List<Peer> peers, int rounds, int seconds, int warmUp) {
    this.scenarios = scenarios;
    this.peers = new ArrayList<>(peers);
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
  }

  /** Writes a line of JSON about the run, and one for each measurement. */
  void run(Path results) throws IOException, InterruptedException {
    Files.createDirectories(ServerProcess.DIRECTORY);
    requireFiles();
    prepare();
    ServerProcess.KEY.create();
    try (PrintWriter out = new PrintWriter(results.toFile(), StandardCharsets.UTF_8)) {
      out.println(Machine.describe(rounds, seconds, warmUp));
      for (Scenario scenario : scenarios) {
        for (int round = 1; round <= rounds; round++) {
          for (Peer peer : peers) {
            if (peer.can(scenario)) {
              JsonObject line = line(scenario, peer, round);
              System.out.println(line);
              out.println(line);
              out.flush();
            }
          }
        }
      }
    }
  }

  private void requireFiles() throws IOException {
    int streams = scenarios.stream().mapToInt(Scenario::streams).max().orElse(0);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        && system.getMaxFileDescriptorCount() < streams + 1000) {
      throw new IOException("raise the limit of open files: ulimit -n " + (streams + 1000));
    }
  }

  private void prepare() throws IOException, InterruptedException {
    for (Peer peer : List.copyOf(peers)) {
      String missing = ServerProcess.prepare(peer);
      if (!missing.isEmpty()) {
        System.err.printf("%n*** %s IS LEFT OUT: %s ***%n%n", peer.label(), missing);
        peers.remove(peer);
      }
    }
  }

  /** One that fails is told of in the results, and does not end the others. */
  private JsonObject line(Scenario scenario, Peer peer, int round) throws InterruptedException {
    JsonObjectBuilder line = Json.createObjectBuilder();
    line.add("scenario", scenario.label()).add("peer", peer.label()).add("round", round);
    try {
      measure(scenario, peer).forEach(line::add);
    } catch (IOException e) {
      line.add("failed", e.toString());
    }
    return line.build();
  }

  private JsonObject measure(Scenario scenario, Peer peer)
      throws IOException, InterruptedException {
    ServerProcess server = ServerProcess.start(peer, scenario);
    Thread orphanage = new Thread(server::close);
    Runtime.getRuntime().addShutdownHook(orphanage); // for whoever presses Ctrl-C
    try {
      List<String> ids = List.of();
      if (scenario.isResuming()) {
        ids = new Backlog(peer, server.port()).publish(scenario);
      }
      if (peer.isKilled()) {
        server.killAndStart();
      }
      return load(scenario, peer, server, ids);
    } finally {
      server.close();
      Runtime.getRuntime().removeShutdownHook(orphanage);
    }
  }

  private JsonObject load(Scenario scenario, Peer peer, ServerProcess server, List<String> ids)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(ServerProcess.DIRECTORY, "load-", ".json");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-classpath",
                System.getProperty("java.class.path"),
                Load.class.getName(),
                scenario.label(),
                peer.label(),
                Integer.toString(server.port()),
                Integer.toString(server.streamPort()),
                server.pids().stream().map(String::valueOf).collect(Collectors.joining(",")),
                Integer.toString(seconds),
                Integer.toString(warmUp),
                String.join(" ", ids))
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!process.waitFor(LOAD_LIMIT, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    String text = Files.readString(output);
    Files.delete(output);
    if (text.isBlank()) {
      return Json.createObjectBuilder().add("failed", "the load ended without a result").build();
    }
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }
}
