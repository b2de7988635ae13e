package bellwether.stream;

import java.io.IOException;

/** Thrown when the client of a stream has sent something after its request. */
final class UnexpectedInputException extends IOException {
  private static final long serialVersionUID = 1L;

  UnexpectedInputException() {
    super("The client has sent something after its request");
  }
}
