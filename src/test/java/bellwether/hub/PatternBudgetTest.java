package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.topic.TopicSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatternBudgetTest {
  private static final int MAX = 1000;
  private final PatternBudget budget = new PatternBudget(MAX);

  @Test
  void topicsByTheirNamesCostNothing() {
    for (int i = 0; i < 1000; i++) {
      assertThat(budget.take(topics("a" + i, "*"), true)).isTrue();
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void equalPatternsCountOnceUntilTheLastHasEnded() {
    TopicSelector one = topics("{a}/x");
    assertThat(budget.take(one, false)).isTrue();
    int used = budget.used();
    assertThat(used).isPositive();
    for (int i = 0; i < 1000; i++) {
      assertThat(budget.take(one, true)).isTrue();
    }
    assertThat(budget.used()).isEqualTo(used);
    for (int i = 0; i < 1000; i++) {
      budget.remove(one);
    }
    assertThat(budget.used()).isEqualTo(used);
    budget.remove(one);
    assertThat(budget.used()).isZero();
  }

  @Test
  void patternsOfManyBeginningsAreLetInWithoutEnd() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(budget.take(topics("users/" + i + "/{x}"), true)).isTrue();
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void strangersUseHalfOfWhatAllUse() {
    int strangers = fill(true);
    assertThat(budget.used()).isBetween(MAX / 2 - 50, MAX / 2);
    int members = fill(false);
    assertThat(budget.used()).isBetween(MAX - 50, MAX);
    assertThat(members).isBetween(strangers - 2, strangers + 2);
    assertThat(budget.take(topics("by/name"), true)).isTrue();
  }

  @Test
  void aBeginningOfManyPatternsDrawsOnTheCommonPart() {
    int let = 0;
    while (budget.take(topics("news/{x}/" + let), false)) {
      let++;
    }
    assertThat(budget.used()).isBetween(MAX - 50, MAX);
    assertThat(budget.take(topics("{y}/which/is/more/than/what/is/left/of/it"), false)).isFalse();
    assertThat(budget.take(topics("other/{y}"), false)).isTrue();
  }

  @Test
  void whatIsNotLetInIsNotCounted() {
    fill(false);
    int used = budget.used();
    assertThat(budget.take(topics("users/1/{x}", "{+a*,b*,c*,d*,e*,f*,g*,h*}"), false)).isFalse();
    assertThat(budget.used()).isEqualTo(used);
    assertThat(budget.hasRoom(topics("{+a*,b*,c*,d*,e*,f*,g*,h*}"), false)).isFalse();
  }

  @Test
  void nothingIsLeftWhenAllHaveEndedInWhateverOrder() {
    Random random = new Random(1);
    List<TopicSelector> open = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      if (open.isEmpty() || random.nextInt(5) > 1) {
        TopicSelector some =
            topics("a/{x}/" + random.nextInt(30), "{x}/" + random.nextInt(30), "b/{y}");
        if (budget.take(some, random.nextBoolean())) {
          open.add(some);
        }
      } else {
        budget.remove(open.remove(random.nextInt(open.size())));
      }
      assertThat(budget.used()).isBetween(0, MAX);
    }
    open.forEach(budget::remove);
    assertThat(budget.used()).isZero();
    int let = 0;
    while (budget.take(topics("a/{x}/" + (100 + let)), true)) {
      let++;
    }
    assertThat(let).as("its own share is free again, too").isGreaterThan(MAX / 2 / 30);
  }

  /** Returns how many could be opened. */
  private int fill(boolean isStranger) {
    int opened = 0;
    while (budget.take(topics("{x}/" + isStranger + opened), isStranger)) {
      opened++;
    }
    return opened;
  }

  private static TopicSelector topics(String... texts) {
    return TopicSelector.parse(List.of(texts));
  }
}
