package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every log promises about finding the place before a time. */
public abstract class TimeContract extends LogContract {
  @Test
  void findsThePlaceBeforeATime() {
    open(16);
    Instant start = now;
    for (int i = 1; i <= 10; i++) {
      now = start.plusSeconds(10L * (i / 2)); // two at a time
      append("e" + i);
    }
    assertThat(log.positionBefore(start.minusSeconds(1))).isZero();
    assertThat(log.positionBefore(start.plusSeconds(10))).isEqualTo(1);
    assertThat(log.positionBefore(start.plusSeconds(11))).isEqualTo(3);
    assertThat(log.positionBefore(start.plusSeconds(50))).isEqualTo(9);
    assertThat(log.positionBefore(start.plusSeconds(51))).isEqualTo(10);
    now = start.plusSeconds(1000);
    appendMany();
    assertThat(log.positionBefore(start)).as("lost").isEqualTo(log.lostThrough() - 1);
    assertThat(log.positionBefore(now.plusSeconds(1))).isEqualTo(log.newest());
  }

  @Test
  void anEventFromAheadDoesNotDateThoseThatFollow() {
    open(16);
    Instant start = now;
    Instant ahead = start.plus(Duration.ofDays(1));
    append("a");
    now = ahead;
    append("from ahead");
    now = start.plusSeconds(10);
    append("b");
    now = start.plusSeconds(20);
    append("c");
    assertThat(all())
        .extracting(LogEntry::time)
        .containsExactly(start, ahead, start.plusSeconds(10), start.plusSeconds(20));
    assertThat(log.positionBefore(start)).isZero();
    assertThat(log.positionBefore(start.plusSeconds(10))).as("it may be from then").isEqualTo(1);
    assertThat(log.positionBefore(start.plusSeconds(15))).isEqualTo(3);
    assertThat(log.positionBefore(start.plusSeconds(21))).isEqualTo(4);

    now = ahead.plusSeconds(100);
    append("d");
    assertThat(log.positionBefore(ahead.plusSeconds(1))).isEqualTo(4);
    assertThat(log.positionBefore(ahead)).as("it says that it is from then").isEqualTo(1);
  }

  @Test
  void whatMayBeFromThenIsNotPassedOverAtTheEndEither() {
    open(16);
    Instant start = now;
    append("a");
    now = start.plus(Duration.ofDays(1));
    append("from ahead", "as well");
    now = start.plusSeconds(10);
    assertThat(log.positionBefore(start.plusSeconds(5))).isEqualTo(1);
  }

  @Test
  void theLossOfAnEventFromAheadIsToldToThoseOnlyWhomItMayConcern() {
    open(16);
    Instant start = now;
    now = start.plus(Duration.ofDays(1));
    append("from ahead");
    now = start.plusSeconds(10);
    appendMany();
    now = start.plusSeconds(20);
    append("last");
    assertThat(log.positionBefore(start.plusSeconds(10))).isEqualTo(log.lostThrough() - 1);
    assertThat(log.positionBefore(start.plusSeconds(15))).isEqualTo(log.newest() - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void findsThePlaceBeforeATimeWhereverTheClockWent(int seed) {
    open(1000);
    Random random = new Random(seed);
    Instant start = now;
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int jump = random.nextInt(40) == 0 ? random.nextInt(200) - 100 : random.nextInt(2);
      now = now.plusSeconds(jump);
      times.add(now);
      append("x");
    }
    now = start.plusSeconds(random.nextInt(200));
    for (int i = -50; i < 300; i += 7) {
      Instant time = start.plusSeconds(i);
      assertThat(log.positionBefore(time))
          .as("%s at %s of %s", time, now, times)
          .isEqualTo(placeBefore(time, times));
    }
  }

  /** After the last that is surely older than the first that is known to be wanted. */
  private long placeBefore(Instant time, List<Instant> times) {
    int place = 0;
    for (int i = 0; i < times.size(); i++) {
      if (!times.get(i).isAfter(now)) {
        if (!times.get(i).isBefore(time)) {
          break;
        }
        place = i + 1;
      }
    }
    return place;
  }

  @Test
  void thereIsNoPlaceBeforeTheFirst() {
    open(16);
    assertThat(log.positionBefore(Instant.MIN)).isZero();
    append("a");
    assertThat(log.positionBefore(Instant.MIN)).isZero();
  }
}
