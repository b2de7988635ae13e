package bellwether.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.feed.FeedLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills a process with SIGKILL between commit, publishing and noting that it is published, and lets
 * another go on with its tables and a new log.
 */
@Timeout(120)
abstract class OutboxCrashContract {
  @TempDir private Path directory;

  /** Makes tables that outlive a process; an empty directory may be used. */
  abstract String makeTables(Path empty) throws SQLException;

  /*
   * Committed in full are three notifications, then two marks. The numbers are those of the events
   * that each log was given; that of all is less than their sum where the second log was given
   * events of the first again, under the same keys.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "before committing a mark                        | 0 | 3 | 3",
        "after committing a mark                         | 0 | 4 | 4",
        "before publishing 1                             | 0 | 5 | 5",
        "after publishing 1                              | 1 | 5 | 5",
        "before publishing 2                             | 1 | 5 | 5",
        "before noting that notifications are published  | 3 | 5 | 5",
        "after noting that notifications are published   | 3 | 2 | 5",
        "after publishing 4                              | 4 | 2 | 5",
        "before noting that marks are published          | 5 | 2 | 5",
        "after noting that marks are published           | 5 | 0 | 5",
      })
  void losesNothingAndGivesNoLogAnythingTwice(String cut, int first, int second, int all)
      throws IOException, InterruptedException, SQLException {
    String url = makeTables(directory);

    List<String> firstLog = killedAt(cut, url);
    List<String> secondLog = takenUp(url);

    assertThat(firstLog).hasSize(first).doesNotHaveDuplicates();
    assertThat(secondLog).hasSize(second).doesNotHaveDuplicates();
    Set<String> both = new HashSet<>(firstLog);
    both.addAll(secondLog);
    assertThat(both).hasSize(all);
    assertThat(both.stream().map(OutboxCrashContract::key)).doesNotHaveDuplicates();
  }

  /** What was published by the process until it was killed. */
  private List<String> killedAt(String cut, String url) throws IOException, InterruptedException {
    Path record = Files.createFile(directory.resolve("published"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OutboxProcess.class.getName(),
                url,
                record.toString(),
                cut)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = process.inputReader(UTF_8)) {
      List<String> said = new ArrayList<>();
      String line = output.readLine();
      while (line != null && !line.equals(OutboxProcess.REACHED)) {
        said.add(line);
        line = output.readLine();
      }
      assertThat(line).as(String.join("\n", said)).isEqualTo(OutboxProcess.REACHED);
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    return Files.readAllLines(record, UTF_8);
  }

  /** What is published by a feed that finds the tables as they are, and looks twice. */
  private static List<String> takenUp(String url) {
    DataSource dataSource = OutboxProcess.dataSource(url);
    List<String> published = new ArrayList<>();
    try (FeedLoop feed =
        OutboxProcess.feed(
            new JdbcNotificationRepository(dataSource, InstantSource.system()),
            new JdbcReadMarks(dataSource, InstantSource.system()),
            publication -> published.add(RecordingLog.line(publication)),
            publication -> {})) {
      feed.tick();
      feed.tick();
      assertThat(feed.isHealthy()).isTrue();
    }
    return published;
  }

  private static String key(String line) {
    return line.substring(0, line.indexOf(' '));
  }
}
