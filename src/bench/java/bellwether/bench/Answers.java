package bellwether.bench;

import java.net.ProtocolException;

/** Takes the answers of a server apart, in pieces cut anywhere. */
interface Answers {
  void parse(byte[] bytes, int from, int to) throws ProtocolException;
}
