package bellwether.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.table.LeaseTable;
import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualScheduler time = new ManualScheduler();
  private final FakeTable table = new FakeTable();
  private final List<String> told = new ArrayList<>();
  private final Lease lease = new Lease(table, null, time, time::nanoTime);

  /** A database that everybody can reach, or nobody, and whose clock is that of the test. */
  private final class FakeTable implements LeaseTable {
    private String holder = "";
    private long endsAt = Long.MIN_VALUE;
    private boolean isAway;
    private int claims;
    private final List<Boolean> successions = new ArrayList<>();

    @Override
    public Optional<String> claim(boolean isSuccessor) {
      claims++;
      if (isAway) {
        throw new SourceUnavailableException("the lease table is out of reach");
      }
      successions.add(isSuccessor);
      if (!holder.equals("ours") && endsAt > time.nanoTime()) {
        return Optional.of("the other's log");
      }
      take("ours", LENGTH);
      return Optional.empty();
    }

    @Override
    public void release() {
      if (holder.equals("ours")) {
        endsAt = time.nanoTime();
      }
    }

    void take(String who, Duration length) {
      holder = who;
      endsAt = time.nanoTime() + length.toNanos();
    }
  }

  private final class Recorder implements Lease.Listener {
    @Override
    public void gained() {
      told.add("gained");
    }

    @Override
    public void taken() {
      told.add("taken");
    }
  }

  private void start() {
    lease.start(new Recorder());
    time.runDue();
  }

  @Test
  void aServerThatIsAloneHasItAtOnceAndKeepsIt() {
    start();
    for (int i = 0; i < 100; i++) {
      assertThat(lease.isHeld()).isTrue();
      assertThat(lease.mayLook()).isTrue();
      time.advance(SECOND);
    }
    assertThat(told).containsExactly("gained");
    assertThat(lease.reason()).isEmpty();
  }

  @Test
  void theSecondStandsByUntilTheLeaseOfTheFirstHasRunOut() {
    table.take("theirs", LeaseTable.LENGTH);
    start();
    assertThat(lease.mayLook()).isFalse();
    assertThat(lease.isTaken()).isTrue();
    assertThat(lease.reason())
        .hasValueSatisfying(why -> assertThat(why).contains("another server"));
    time.advance(LeaseTable.LENGTH.minus(SECOND));
    assertThat(told).containsExactly("taken");

    time.advance(SECOND);

    assertThat(lease.isHeld()).isTrue();
    assertThat(told).containsExactly("taken", "gained");
  }

  @Test
  void itSaysInOneLineThatItStandsByAndInOneThatItDoesNotAnyMore() {
    try (LogLines lines = new LogLines(Lease.class)) {
      table.take("theirs", LeaseTable.LENGTH);
      start();
      time.advance(LeaseTable.LENGTH.multipliedBy(2));
      assertThat(lines.lines())
          .satisfiesExactly(
              line -> assertThat(line).contains("Standing by", "the other's log"),
              line -> assertThat(line).contains("works on it now"));
    }
  }

  @Test
  void whoStopsInOrderLetsGoOfItAndAsksNoMore() {
    ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    try {
      Lease stopping = new Lease(table, null, thread, time::nanoTime);
      stopping.start(new Recorder());
      stopping.awaitAnswer(Duration.ofDays(1));
      assertThat(stopping.isHeld()).isTrue();

      stopping.close();

      assertThat(table.endsAt).isEqualTo(time.nanoTime());
      assertThat(table.claims).isOne();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void itLetsGoBeforeAnotherServerCanHaveItWhenTheDatabaseIsAway() {
    start();
    table.isAway = true;
    time.advance(Duration.ofSeconds(8));
    assertThat(lease.isHeld()).as("a short outage changes nothing").isTrue();

    while (lease.isHeld()) {
      time.advance(Duration.ofMillis(1));
    }

    assertThat(table.endsAt - time.nanoTime()).isPositive();
    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(lease::mayLook)
        .withMessage("the lease table is out of reach");
    assertThat(lease.isTaken()).as("nobody knows").isFalse();
    assertThat(lease.reason()).isPresent();

    table.isAway = false;
    time.advance(SECOND);
    assertThat(lease.isHeld()).isTrue();
    assertThat(told).containsExactly("gained", "gained");
  }

  @Test
  void itStandsByIfAnotherServerCameWhileTheDatabaseWasAwayForIt() {
    start();
    table.isAway = true;
    time.advance(Duration.ofSeconds(20));
    table.isAway = false;
    table.take("theirs", LeaseTable.LENGTH);
    time.advance(SECOND);

    assertThat(lease.isTaken()).isTrue();
    assertThat(told).containsExactly("gained", "taken");

    table.isAway = true;
    time.advance(Duration.ofMinutes(1));
    assertThat(lease.isTaken()).as("until the database says otherwise").isTrue();
  }

  @Test
  void itLetsGoAfterAPauseInWhichItDidNotAsk() {
    start();
    time.shutdownNow(); // no thread of ours runs
    assertThat(lease.isHeld()).isTrue();
    time.advance(LeaseTable.LENGTH);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void onlyAtItsStartItTakesOverFromAServerOfTheSameLog() {
    table.isAway = true;
    start();
    time.advance(Duration.ofSeconds(5));
    table.isAway = false;
    time.advance(Duration.ofSeconds(10));

    assertThat(table.successions).startsWith(true, false).doesNotContainSequence(false, true);
  }

  @Test
  void besideANodeOfTheSameLogItNeedNotStandBy() {
    Lease node = new Lease(table, "the other's log", time, time::nanoTime);
    table.take("another", Duration.ofMinutes(1));
    node.start(new Recorder());
    time.runDue();
    assertThat(node.isTaken()).isTrue();
    assertThat(node.mayLook()).isFalse();
    assertThat(node.isToStandBy()).isFalse();
    assertThat(node.isWell()).isTrue();
    assertThat(node.reason()).isEmpty();
    assertThat(told).containsExactly("gained");
    assertThat(table.successions).as("that node may be at work").containsOnly(false);

    time.advance(Duration.ofMinutes(2));
    assertThat(node.isHeld()).isTrue();
  }

  @Test
  void besideAServerOfAnotherLogANodeStandsByAsWell() {
    Lease node = new Lease(table, "a shared log", time, time::nanoTime);
    table.take("another", Duration.ofMinutes(1));
    node.start(new Recorder());
    time.runDue();
    assertThat(node.isToStandBy()).isTrue();
    assertThat(node.isWell()).isFalse();
    assertThat(told).containsExactly("taken");
  }

  @Test
  void aDatabaseThatDoesNotAnswerKeepsNobodyWaitingForLong() throws InterruptedException {
    Semaphore answer = new Semaphore(0);
    LeaseTable silent =
        new LeaseTable() {
          @Override
          public Optional<String> claim(boolean isSuccessor) {
            answer.acquireUninterruptibly();
            return Optional.empty();
          }

          @Override
          public void release() {}
        };
    ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    try {
      Semaphore gained = new Semaphore(0);
      Lease waiting = new Lease(silent, null, thread, System::nanoTime);
      waiting.start(
          new Lease.Listener() {
            @Override
            public void gained() {
              gained.release();
            }

            @Override
            public void taken() {}
          });
      waiting.awaitAnswer(Duration.ofMillis(1));
      assertThat(waiting.isHeld()).isFalse();
      assertThat(waiting.isTaken()).isFalse();
      assertThat(waiting.mayLook()).as("there is nothing to warn of yet").isFalse();
      assertThat(waiting.reason()).isPresent();

      answer.release(100);
      gained.acquire();
      assertThat(waiting.isHeld()).isTrue();
      waiting.awaitAnswer(Duration.ofDays(1));
    } finally {
      thread.shutdownNow();
    }
  }
}
