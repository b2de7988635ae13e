package bellwether.auth;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** The place where revocations survive the process. Any thread; each call may wait for it. */
public interface RevocationRecords {

  /**
   * Returns all that are kept.
   *
   * @throws IOException if they cannot be read, or are damaged; the message says which
   */
  List<Revocation> read() throws IOException;

  /**
   * Keeps a revocation; returns once it is safe.
   *
   * @param all returns all of them, this one included
   * @throws IOException if it may not be kept
   */
  void keep(Revocation revocation, Supplier<List<Revocation>> all) throws IOException;
}
