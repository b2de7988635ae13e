package bellwether.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Publication;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.file.FileLogLimits;
import bellwether.eventlog.file.SyncPolicy;
import bellwether.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogToolTest {
  private static final Instant NOW = Instant.parse("2026-11-25T08:00:00.25Z");
  private static final String SEGMENT = "0000000000000000001.log";

  @TempDir private Path directory;

  private String output = "";
  private String errors = "";

  @Test
  void verifiesALogInUse() {
    try (FileEventLog log = open(directory)) {
      append(log, "news", "one");
      append(log, "state/a", "two");
      assertThat(run("verify", directory.toString())).as(errors).isZero();
    }
    String epoch = output.replaceAll("(?s).*(bw[0-9a-z]{9}) from.*", "$1");
    assertThat(output)
        .isEqualTo(
            SEGMENT
                + ": 1 to 2, 2 entries, 91 bytes, 2026-11-25T08:00:00.250Z to"
                + " 2026-11-25T08:00:00.250Z\n"
                + "states: 0\n"
                + "manifest: "
                + epoch
                + " from 1, dropped through 0, in use, or not closed in order\n"
                + "whole: 2 entries in 1 segments of 91 bytes\n");
    assertThat(errors).isEmpty();
  }

  @Test
  void aTornTailIsSaidAndIsNoDamage(@TempDir Path killed) throws IOException {
    try (FileEventLog log = open(directory)) {
      append(log, "news", "one");
      append(log, "news", "two");
      byte[] whole = Files.readAllBytes(directory.resolve(SEGMENT));
      Files.write(killed.resolve(SEGMENT), Arrays.copyOf(whole, whole.length - 1));
      Files.copy(directory.resolve("manifest"), killed.resolve("manifest"));
    }
    assertThat(run("verify", killed.toString())).as(output).isZero();
    assertThat(output).contains("note: torn tail after position 1", "whole: 1 entries");
  }

  @Test
  void damageIsSaidByEachCommandAndTheRestIsRead() throws IOException {
    write("news one", "news two", "news three");
    Path segment = directory.resolve(SEGMENT);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[16 + 36 + 33] ^= 1; // in the second entry's data
    Files.write(segment, bytes);
    assertThat(run("verify", directory.toString())).isOne();
    assertThat(output)
        .contains(
            "  DAMAGE: damaged after position 1: a wrong checksum; 36 bytes cannot be read\n",
            "DAMAGED: 2 entries in 1 segments");
    assertThat(run("list", directory.toString())).isOne();
    assertThat(output).contains("\tone\n", "\tthree\n").doesNotContain("two");
    assertThat(errors).contains(SEGMENT + ": damaged after position 1: a wrong checksum");
    assertThat(run("export", directory.toString())).isOne();
    assertThat(output.lines().toList())
        .containsExactly(
            "{\"topic\":\"news\",\"data\":\"one\"}", "{\"topic\":\"news\",\"data\":\"three\"}");
    assertThat(run("backup", directory.toString(), directory.resolve("b").toString())).isOne();
    assertThat(output).contains("copied " + SEGMENT, "DAMAGED: 2 entries");
  }

  @Test
  void listsALineForEachEntry() {
    try (FileEventLog log = open(directory)) {
      append(log, "state/a", "x".repeat(59) + "\uD83D\uDE00y");
      log.append(
          new Publication(
              List.of(new Topic("news"), new Topic("a\u202Eb")),
              true,
              "mine",
              "headline",
              Duration.ofSeconds(5),
              "a\nb\tc\\d\u001B[2Je",
              "key"),
          false);
    }
    assertThat(run("list", directory.toString())).isZero();
    List<String> lines = output.replaceAll("bw[0-9a-z]{9}", "bw").lines().toList();
    assertThat(lines)
        .containsExactly(
            "bw-1\t2026-11-25T08:00:00.250Z\tstate/a\tmessage\tpublic retained\t62\t"
                + "x".repeat(59)
                + "\uD83D\uDE00…",
            "bw-2\t2026-11-25T08:00:00.250Z\tnews a\\u{202e}b\theadline\tprivate id=mine\t12\t"
                + "a\\nb\\tc\\\\d\\u{1b}[2Je");
  }

  @Test
  void selectsByTopicPlaceAndNumber() {
    write("news 1", "other 2", "news 3", "news 4", "news 5");
    String id = firstColumn("list", directory.toString(), "--limit=1");
    assertThat(run("list", directory.toString(), "--after", id, "--topic=news", "--limit", "2"))
        .as(errors)
        .isZero();
    assertThat(output.lines().map(line -> line.substring(line.lastIndexOf('\t') + 1)))
        .containsExactly("3", "4");
    assertThat(run("export", directory.toString(), "--after=4", "--topic", "news")).isZero();
    assertThat(output).isEqualTo("{\"topic\":\"news\",\"data\":\"5\"}\n");
    assertThat(run("list", directory.toString(), "--limit=0")).isZero();
    assertThat(output).isEmpty();
    assertThat(run("list", directory.toString(), "--after=bw000000000-1")).isEqualTo(2);
    assertThat(errors).contains("bw000000000-1 is no id of this log");
  }

  private String firstColumn(String... words) {
    assertThat(run(words)).isZero();
    return output.substring(0, output.indexOf('\t'));
  }

  @Test
  void leavesOutOfAnExportWhatEachServerMakesByItselfUnlessItIsAskedFor() {
    write("clock 1", "news 2", "stocks/AAPL 3", "news 4");
    assertThat(run("export", directory.toString(), "--limit=2")).isZero();
    assertThat(output.lines().toList())
        .containsExactly(
            "{\"topic\":\"news\",\"data\":\"2\"}", "{\"topic\":\"news\",\"data\":\"4\"}");
    assertThat(errors).contains("left out 2 events");
    assertThat(run("export", directory.toString(), "--topic=clock")).isZero();
    assertThat(output).isEqualTo("{\"topic\":\"clock\",\"data\":\"1\"}\n");
    assertThat(errors).isEmpty();
  }

  @Test
  void aBackupOpensWithEverything() {
    Path target = directory.resolve("made").resolve("log");
    try (FileEventLog log = open(directory)) {
      append(log, "state/a", "one");
      append(log, "news", "two");
      assertThat(run("backup", directory.toString(), target.toString())).as(errors).isZero();
      append(log, "news", "three");
    }
    assertThat(output).startsWith("copied " + SEGMENT + ", ").contains("copied manifest, ");
    assertThat(output).endsWith("whole: 2 entries in 1 segments of 91 bytes\n");
    try (FileEventLog copied = open(target)) {
      assertThat(copied.newest()).isEqualTo(2);
      assertThat(copied.lostThrough()).isZero();
    }
    assertThat(run("backup", directory.toString(), target.toString())).isEqualTo(2);
    assertThat(errors).contains("is not empty");
  }

  @Test
  void filesOfANewerVersionAreRefused() throws IOException {
    write("news one");
    Path segment = directory.resolve(SEGMENT);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[11] = 2;
    Files.write(segment, bytes);
    for (String command : List.of("verify", "list", "export")) {
      assertThat(run(command, directory.toString())).as(command).isOne();
      assertThat(errors).isEqualTo("Not done: " + SEGMENT + " is in format 2, and we know 1\n");
      assertThat(output).doesNotContain("whole");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "look DIR",
        "verify",
        "verify DIR DIR",
        "verify DIR --limit=1",
        "backup DIR",
        "list DIR --limit=x",
        "list DIR --limit",
        "list DIR --topic=*",
        "list DIR --no",
        "list DIR --after=nobody",
        "verify DIR/none",
        "verify DIR --to=jdbc:postgresql://h/d",
        "move DIR",
        "move --to=jdbc:postgresql://h/d",
        "move DIR --to=jdbc:h2:mem:x",
        "move DIR --to=jdbc:postgresql://h/d --from=jdbc:postgresql://h/d",
        "move DIR --from=jdbc:postgresql://h/d", // where there is a log already
        "move DIR/none --to=jdbc:postgresql://h/d",
        "move DIR --to=jdbc:postgresql://h/d --limit=1"
      })
  void wrongUsageIsSaidInOneLine(String words) {
    write("news one");
    assertThat(run(words.replace("DIR", directory.toString()).split(" "))).isEqualTo(2);
    assertThat(errors.lines().toList())
        .singleElement()
        .asString()
        .endsWith("; log --help shows what there is");
    assertThat(output).isEmpty();
  }

  @Test
  void saysThatTheDatabaseDoesNotAnswer() {
    write("news one");
    String nobody = "jdbc:postgresql://127.0.0.1:1/none";
    assertThat(run("move", directory.toString(), "--to", nobody)).isOne();
    assertThat(errors).startsWith("Not done: the database: ");
    String other = directory.resolve("new").toString();
    assertThat(run("move", other, "--from", nobody)).isOne();
    assertThat(errors).startsWith("Not done: the database: ");
    assertThat(run("verify", other)).as("it is no log").isOne();
  }

  @Test
  void anEmptyDirectoryIsNoLog() {
    assertThat(run("verify", directory.toString())).isEqualTo(2);
    assertThat(errors).startsWith("no event log is in " + directory);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void helpIsAResultWhenAskedFor() {
    assertThat(run("--help")).isZero();
    assertThat(output).contains("verify DIRECTORY", "--after ID");
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void endsWhenNobodyReadsAnyLonger() {
    write("news one");
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(
            LogTool.run(
                List.of("list", directory.toString()), gone, new PrintStream(err, true, UTF_8)))
        .isOne();
    assertThat(err.toString(UTF_8)).startsWith("Not done: Broken pipe");
  }

  private int run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = LogTool.run(List.of(words), out, new PrintStream(err, true, UTF_8));
    output = out.toString(UTF_8);
    errors = err.toString(UTF_8);
    return status;
  }

  /** Each is a topic and the data. */
  private void write(String... events) {
    try (FileEventLog log = open(directory)) {
      for (String event : events) {
        int space = event.indexOf(' ');
        append(log, event.substring(0, space), event.substring(space + 1));
      }
    }
  }

  private static void append(FileEventLog log, String topic, String data) {
    Publication publication = Publication.of(new Topic(topic), data);
    var unused = log.append(publication, topic.startsWith("state/"));
  }

  private static FileEventLog open(Path where) {
    return FileEventLog.open(
        where,
        new FileLogLimits(1000, 1 << 20, FileLogLimits.ANY_AGE, 1 << 20, 100, 1 << 20),
        new SyncPolicy.Always(),
        "boot",
        Runnable::run,
        () -> NOW,
        System::nanoTime,
        new Random());
  }
}
