package bellwether.stream;

import bellwether.exchange.Reply;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The other servers that share this one's log, as far as streams are concerned. Any thread. */
public interface OtherServers {
  /** No other servers. */
  OtherServers NONE =
      new OtherServers() {
        @Override
        public int number() {
          return 0;
        }

        @Override
        public @Nullable CompletableFuture<Reply> change(
            int server, String key, String form, @Nullable String token) {
          return null;
        }
      };

  /** Returns the number of this server, with which the keys of its streams begin. */
  int number();

  /**
   * Asks another server to change one of its streams; does not wait.
   *
   * @param server its number, from the stream's key
   * @param form the change: see {@link StreamServlet}
   * @param token that the client has shown, and that is valid here; null for none
   * @return the answer for the client; null if there is no such server
   */
  @Nullable CompletableFuture<Reply> change(
      int server, String key, String form, @Nullable String token);
}
