package bellwether.eventlog.postgres;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LogReceiver;
import java.io.IOException;

/** Hands on what it receives, up to some entry; then it breaks. */
final class BreakingReceiver implements LogReceiver {
  private final LogReceiver receiver;
  private int left;

  BreakingReceiver(LogReceiver receiver, int entries) {
    this.receiver = receiver;
    this.left = entries;
  }

  @Override
  public void begin(Facts facts) throws IOException {
    receiver.begin(facts);
  }

  @Override
  public void state(EntryRecord state) throws IOException {
    receiver.state(state);
  }

  @Override
  public void entry(EntryRecord entry) throws IOException {
    if (left == 0) {
      throw new IOException("broken");
    }
    left--;
    receiver.entry(entry);
  }

  @Override
  public void missing(long position) throws IOException {
    receiver.missing(position);
  }

  @Override
  public void finish() throws IOException {
    receiver.finish();
  }
}
