package bellwether.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the lease promises, whichever database has it. */
abstract class JdbcLeaseContract {
  private static final String PUBLISH =
      "UPDATE notification SET published_at = created_at WHERE id = ?";

  private final Tables tables;
  private final JdbcLease first;
  private final JdbcLease second;

  JdbcLeaseContract(Tables tables) {
    this.tables = tables;
    this.first = lease("log 1", "holder 1");
    this.second = lease("log 2", "holder 2");
  }

  private JdbcLease lease(String log, String holder) {
    return new JdbcLease(tables.dataSource(), log, holder);
  }

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void theFirstWhoAsksHasItAndTheOtherIsToldWhose() {
    assertThat(first.claim(true)).isEmpty();
    assertThat(second.claim(true)).hasValue("log 1");
    assertThat(first.claim(false)).isEmpty();
    assertThat(second.claim(false)).hasValue("log 1");
  }

  @Test
  void itEndsAfterItsLengthByTheClockOfTheDatabase() throws SQLException {
    assertThat(first.claim(true)).isEmpty();
    long length = LeaseTable.LENGTH.toSeconds();
    assertThat(tables.count("bellwether_lease WHERE ends_at <= CURRENT_TIMESTAMP")).isZero();
    assertThat(
            tables.count(
                "bellwether_lease WHERE ends_at <= CURRENT_TIMESTAMP + INTERVAL '"
                    + length
                    + "' SECOND"))
        .isOne();

    tables.execute("UPDATE bellwether_lease SET ends_at = CURRENT_TIMESTAMP");
    assertThat(second.claim(false)).isEmpty();
    assertThat(first.claim(false)).hasValue("log 2");
  }

  @Test
  void eachClaimMakesItLastLonger() throws SQLException {
    assertThat(first.claim(true)).isEmpty();
    tables.execute("UPDATE bellwether_lease SET ends_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
    assertThat(first.claim(false)).isEmpty();
    assertThat(second.claim(false)).hasValue("log 1");
  }

  @Test
  void whatIsReleasedIsFreeAtOnceAndOnlyByWhoeverHasIt() {
    assertThat(first.claim(true)).isEmpty();
    second.release();
    assertThat(second.claim(false)).hasValue("log 1");
    first.release();
    assertThat(second.claim(false)).isEmpty();
    first.release(); // late
    assertThat(first.claim(false)).hasValue("log 2");
  }

  @Test
  void theSuccessorOnTheSameLogHasItAtOnceAndTheOneBeforeLosesIt() {
    assertThat(first.claim(true)).isEmpty();
    JdbcLease successor = lease("log 1", "holder 3");
    assertThat(successor.claim(false)).hasValue("log 1");
    assertThat(successor.claim(true)).isEmpty();
    assertThat(first.claim(false)).hasValue("log 1");
  }

  @Test
  void ofManyThatAskTogetherOneHasIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Optional<String>>> claims = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        JdbcLease each = lease("log " + i, "holder " + i);
        claims.add(() -> each.claim(true));
      }
      int held = 0;
      for (Future<Optional<String>> claim : threads.invokeAll(claims)) {
        held += claim.get().isEmpty() ? 1 : 0;
      }
      assertThat(held).isOne();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aDatabaseThatIsAwayIsNoAnswer() {
    tables.goAway("gone");
    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> first.claim(true))
        .withMessageContaining("the lease table", "gone");
    tables.comeBack();
    assertThat(first.claim(true)).isEmpty();
  }

  /** As one that was stopped in the middle of a look, and did not notice. */
  @Test
  void whoeverHasLostItMarksNothing() throws SQLException {
    tables.execute(
        "INSERT INTO notification (title, body, created_at) VALUES ('t', '', CURRENT_TIMESTAMP)");
    JdbcTable table = new JdbcTable(tables.dataSource(), "the table");
    assertThat(first.claim(true)).isEmpty();
    first.release();
    assertThat(second.claim(true)).isEmpty();

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> table.updateEach(PUBLISH, List.of(1L), "holder 1"))
        .withMessageContaining("another server has taken over");
    assertThat(tables.count("notification WHERE published_at IS NULL")).isOne();

    table.updateEach(PUBLISH, List.of(1L), "holder 2");
    assertThat(tables.count("notification WHERE published_at IS NULL")).isZero();
  }
}
