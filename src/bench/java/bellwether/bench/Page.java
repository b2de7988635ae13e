package bellwether.bench;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts the figures of a run between two marks of the page about them, and draws its plot. */
final class Page {
  private static final Path DIRECTORY = Path.of("src", "site", "markdown");
  private static final String BEGIN = "<!-- figures begin: written by -Dbench=report -->\n";
  private static final String END = "<!-- figures end -->\n";

  private final Path results;

  Page(Path results) {
    this.results = results;
  }

  void write() throws IOException {
    Results read = Results.read(results);
    Path page = DIRECTORY.resolve("benchmarks.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page + " has lost the marks of its figures");
    }
    String figures =
        caption(read.run()) + "\n" + new Report(read).markdown() + new Steps(results).markdown();
    Files.writeString(
        page, text.substring(0, begin) + BEGIN + "\n" + figures + "\n" + text.substring(end));
    Files.writeString(DIRECTORY.resolve("benchmarks.svg"), new Plot(read).svg());
    System.out.println("written: " + page);
  }

  private static String caption(JsonObject run) {
    return """
        Commit `%s`, %s. %d cores of %s, %s, %s.
        Rounds: %d, of %d s each behind a warm-up of twice %d s. The figures are their medians, lost
        and double their sums.
        """
        .formatted(
            run.getString("commit"),
            run.getString("started"),
            run.getInt("cores"),
            run.getString("processor"),
            run.getString("kernel"),
            run.getString("java"),
            run.getInt("rounds"),
            run.getInt("seconds"),
            run.getInt("warmUpSeconds"));
  }
}
