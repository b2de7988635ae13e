package bellwether.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberedEventTest {
  private final Topics topics = new Topics(1);

  @Test
  void isReadBackFromItsDataWhateverTheirSize() {
    for (Topic topic : topics.all()) {
      for (int number = 1; number <= 300; number++) {
        NumberedEvent event = new NumberedEvent(topic, number);
        assertThat(NumberedEvent.of(event.data(), topics)).isEqualTo(event);
      }
    }
  }

  @Test
  void isNotReadFromDataOfWhichAnythingIsMissingOrAdded() {
    String data = new NumberedEvent(topics.all().get(0), 40).data();
    assertThat(NumberedEvent.of(data.substring(1), topics)).isNull();
    assertThat(NumberedEvent.of(data.substring(0, data.length() - 1), topics)).isNull();
    assertThat(NumberedEvent.of(data + " ", topics)).isNull();
    assertThat(NumberedEvent.of(data.replace("log/1", "log/99"), topics)).isNull();
    assertThat(NumberedEvent.of(data.replace(" 40 ", " x "), topics)).isNull();
  }
}
