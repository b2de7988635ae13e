package bellwether.tool;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LogReceiver;
import java.io.IOException;
import java.io.Writer;

/** Counts what another receiver receives. */
final class CountingReceiver implements LogReceiver {
  private final LogReceiver receiver;
  private long states;
  private long entries;
  private long losses;
  private String newest = "";

  CountingReceiver(LogReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void begin(Facts facts) throws IOException {
    newest = facts.epochs().idAt(facts.newest()).toString();
    receiver.begin(facts);
  }

  @Override
  public void state(EntryRecord state) throws IOException {
    receiver.state(state);
    states++;
  }

  @Override
  public void entry(EntryRecord entry) throws IOException {
    receiver.entry(entry);
    entries++;
  }

  @Override
  public void missing(long position) throws IOException {
    receiver.missing(position);
    losses++;
  }

  @Override
  public void finish() throws IOException {
    receiver.finish();
  }

  /** Prints the counts in one line, and in a second one where readers get a gap. */
  void print(Writer out) throws IOException {
    out.write(
        "moved %d entries and %d older states, up to %s\n".formatted(entries, states, newest));
    if (losses > 0) {
      out.write(
          "  note: in %d places entries are missing; readers get a gap there\n".formatted(losses));
    }
  }
}
