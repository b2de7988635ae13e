package bellwether.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailedRequestsTest {
  private final FailedRequests failed = new FailedRequests();
  private final List<String> completed = new ArrayList<>();

  @Test
  void completesEachOnTheRoundAfterNext() {
    failed.add(() -> completed.add("one"));
    failed.completeOld();
    failed.add(() -> completed.add("two"));
    assertThat(completed).isEmpty();

    failed.completeOld();
    assertThat(completed).containsExactly("one");
    failed.completeOld();
    failed.completeOld();
    assertThat(completed).containsExactly("one", "two");
  }

  @Test
  void completesTheOthersWhateverOneThrows() {
    failed.add(
        () -> {
          throw new StackOverflowError();
        });
    failed.add(() -> completed.add("another"));
    failed.completeOld();

    failed.completeOld();

    assertThat(completed).containsExactly("another");
  }

  @Test
  void completesAllWhateverOneThrowsWhenItIsClosed() {
    failed.add(() -> completed.add("of the last round"));
    failed.completeOld();
    failed.add(
        () -> {
          throw new IllegalStateException("completed already");
        });
    failed.add(() -> completed.add("of this round"));

    failed.close();
    failed.add(() -> completed.add("late"));

    assertThat(completed).containsExactly("of the last round", "of this round", "late");
  }
}
