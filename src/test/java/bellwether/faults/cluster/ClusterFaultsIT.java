package bellwether.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever breaks of three nodes and their PostgreSQL, each reader gets each event that is kept
 * once and in order, and is told of what a fail-over lost. The system properties {@code
 * faults.nodes.…} say how much breaks; {@code -Pcluster-faults} breaks a lot.
 *
 * <p>It needs the programs of a PostgreSQL, as in Debian's package {@code postgresql}. Without them
 * it is skipped; with {@code -Dbellwether.postgres=required} it fails.
 */
@Tag("soak")
class ClusterFaultsIT {
  private static final Path RESULTS = Path.of("target", "faults");

  @Test
  void everyReaderOfAnyNodeGetsWhatIsKeptOnceAndInOrderAndIsToldOfLossesWhateverBreaks()
      throws IOException, SQLException, InterruptedException {
    ClusterPlan plan = ClusterPlan.from(System::getProperty);
    System.out.println("Faults as in -Dfaults.nodes.seed=" + plan.seed() + ": " + plan);
    ClusterReport report = new ClusterRun(plan, programs()).run();

    Files.createDirectories(RESULTS);
    Files.writeString(RESULTS.resolve("nodes.md"), report.table());
    System.out.println(report.table());
    assertThat(report.findings().counts())
        .as("seed %d:%n%s", plan.seed(), String.join("\n", report.findings().messages()))
        .isEmpty();
  }

  private static PostgresPrograms programs() {
    return PostgresPrograms.find().orElseGet(ClusterFaultsIT::without);
  }

  private static PostgresPrograms without() {
    String what = "NO FAULTS OF NODES ARE TRIED: there is no PostgreSQL in /usr/lib/postgresql";
    if ("required".equals(System.getProperty("bellwether.postgres"))) {
      throw new AssertionError(what);
    }
    System.err.println(what);
    return abort(what);
  }
}
