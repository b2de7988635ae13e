package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LogReceiver;
import java.util.ArrayList;
import java.util.List;

/** Notes what it receives. */
final class RecordedReceiver implements LogReceiver {
  private final List<String> calls = new ArrayList<>();

  List<String> calls() {
    return calls;
  }

  @Override
  public void begin(Facts facts) {
    calls.add("begin " + facts.oldest() + " to " + facts.newest());
  }

  @Override
  public void state(EntryRecord state) {
    calls.add("state " + state.position());
  }

  @Override
  public void entry(EntryRecord entry) {
    calls.add("entry " + entry.position());
  }

  @Override
  public void missing(long position) {
    calls.add("missing " + position);
  }

  @Override
  public void finish() {
    calls.add("finish");
  }
}
