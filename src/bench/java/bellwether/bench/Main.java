package bellwether.bench;

import bellwether.bench.layout.LayoutComparison;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What {@code mvn -Pbench verify} starts; {@code -Dbench} says what it is to do. */
final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    List<String> words = Arrays.asList(arguments[0].split(",", -1));
    Path results = Path.of(System.getProperty("bench.results", "")).toAbsolutePath();
    switch (words.get(0)) {
      case "none" -> {}
      case "jmh" -> new Steps(results).run(words.subList(1, words.size()));
      case "layouts" -> {
        int seconds = Integer.getInteger("bench.seconds", 2);
        for (int topics : new int[] {1_000, 100_000}) {
          new LayoutComparison(topics, seconds).run(Integer.getInteger("bench.rounds", 3));
        }
      }
      case "nodes" ->
          new ManyNodes(
                  Integer.getInteger("bench.seconds", 10), Integer.getInteger("bench.warmup", 6))
              .run(Integer.getInteger("bench.rounds", 3), Integer.getInteger("bench.nodes", 0));
      case "join" -> new ManyNodes(0, 0).join(1_000_000);
      case "report" -> new Page(results).write();
      default -> {
        compare(words, results);
        System.out.println(new Report(Results.read(results)).markdown());
      }
    }
  }

  private static void compare(List<String> words, Path results) throws Exception {
    List<Scenario> scenarios =
        words.equals(List.of("all"))
            ? List.of(Scenario.values())
            : words.stream().map(Scenario::of).toList();
    String peers = System.getProperty("bench.peers", "all");
    new Comparison(
            scenarios,
            peers.equals("all")
                ? List.of(Peer.values())
                : Stream.of(peers.split(",", -1)).map(Peer::of).toList(),
            Integer.getInteger("bench.rounds", 3),
            Integer.getInteger("bench.seconds", 10),
            Integer.getInteger("bench.warmup", 6))
        .run(results);
  }
}
