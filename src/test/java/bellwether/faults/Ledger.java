package bellwether.faults;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been published, by topic and number, and under which id. Thread-safe. */
final class Ledger implements Acknowledgements {
  /** One topic's events. The index is the number less one; null until anyone has seen its id. */
  private static final class Page {
    private final List<@Nullable String> ids = new ArrayList<>();
    private int acknowledged; // the number of the last
  }

  private final Findings findings;
  // Guarded by this.
  private final List<Page> pages = new ArrayList<>();

  Ledger(Topics topics, Findings findings) {
    this.findings = findings;
    for (int i = 0; i < topics.size(); i++) {
      pages.add(new Page());
    }
  }

  /** From now on it must not be lost. */
  @Override
  public synchronized void acknowledged(NumberedEvent event, String id) {
    seen(event, id);
    Page page = page(event.topic());
    page.acknowledged = Math.max(page.acknowledged, event.number());
  }

  /** Somebody has seen the event under this id, perhaps before it was acknowledged. */
  synchronized void seen(NumberedEvent event, String id) {
    List<@Nullable String> ids = page(event.topic()).ids;
    while (ids.size() < event.number()) {
      ids.add(null);
    }
    String before = ids.get(event.number() - 1);
    if (before == null) {
      ids.set(event.number() - 1, id);
    } else if (!before.equals(id)) {
      findings.add(
          Wrong.TWO_IDS,
          "%s %d is %s and %s".formatted(event.topic().name(), event.number(), before, id));
    }
  }

  /** The number of the last event that was acknowledged; 0 if none was. */
  synchronized int last(Topic topic) {
    return page(topic).acknowledged;
  }

  synchronized long total() {
    return pages.stream().mapToLong(page -> page.acknowledged).sum();
  }

  /** The number of the first event that is in the log after this position. */
  synchronized int firstAfter(Topic topic, long position) {
    int number = 1;
    for (String id : page(topic).ids) {
      if (id != null && Ids.position(id) > position) {
        break;
      }
      number++;
    }
    return number;
  }

  private Page page(Topic topic) {
    return pages.get(topic.place());
  }
}
