package bellwether.stream;

import java.io.IOException;

/** The client of a stream has sent something, although nobody reads it any more. */
final class UnexpectedInputException extends IOException {
  private static final long serialVersionUID = 1L;

  UnexpectedInputException() {
    super("The client has sent something after its request");
  }
}
