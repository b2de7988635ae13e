package bellwether.bench;

import java.net.ProtocolException;

/** One stream over HTTP/1.1, from pieces cut anywhere. Not thread-safe. */
final class StreamParser implements Answers, ResponseParser.Handler {
  private final ResponseParser response = new ResponseParser(this);
  private final EventParser events;
  private int status;

  StreamParser(Ledger.Line line) {
    this.events = new EventParser(line);
  }

  @Override
  public void parse(byte[] bytes, int from, int to) throws ProtocolException {
    response.parse(bytes, from, to);
  }

  @Override
  public void head(int newStatus) {
    status = newStatus;
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    events.parse(bytes, from, to);
  }

  /** Whether the answer has come and is a stream. */
  boolean isOpen() throws ProtocolException {
    if (status != 0 && status != 200) {
      throw new ProtocolException("a stream was answered with " + status);
    }
    return status == 200;
  }
}
