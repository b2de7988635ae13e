package bellwether.access;

import bellwether.auth.Grant;
import bellwether.config.Settings;
import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Limits the streams, the publishing and the subscription events of each client, by its address and
 * by its token. The publisher's key has no limit of its own. Any thread.
 */
public final class ClientLimits {
  /** The end of a stream that was not counted, because nothing limits its client. */
  public static final Runnable UNCOUNTED = () -> {};

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int BURST_SECONDS = 100;
  private static final String ALL = "all";

  private final Share ofAddress;
  private final Share ofToken;
  private final @Nullable RateLimit subscriptionsOfAddress;
  private final @Nullable RateLimit subscriptionsOfAll;
  private final Map<String, Integer> streams = new ConcurrentHashMap<>();
  private volatile ToIntFunction<String> elsewhere = client -> 0;

  /** The limits of each client of one kind, and a meter of the events that each has published. */
  private record Share(int streams, @Nullable RateLimit publishes) {}

  /** Creates limits of which nothing is used. */
  public ClientLimits(Settings.Limits limits, LongSupplier nanoTime) {
    this.ofAddress = share(limits.addressStreams(), limits.addressPublishes(), nanoTime);
    this.ofToken = share(limits.tokenStreams(), limits.tokenPublishes(), nanoTime);
    this.subscriptionsOfAddress = burst(limits.addressSubscriptions(), nanoTime);
    this.subscriptionsOfAll = burst(limits.subscriptions(), nanoTime);
  }

  /** Returns limits that allow everything. */
  public static ClientLimits none() {
    return new ClientLimits(Settings.Limits.NONE, () -> 0);
  }

  /** What this server and others tell each other of their clients. */
  public interface Sharing {
    /**
     * Shares one kind of amounts.
     *
     * @param own returns the clients' amounts here, when it is asked about every two seconds
     * @return the amount of a client on all other servers, as far as it is known; does not wait
     */
    ToIntFunction<String> share(String kind, Supplier<Map<String, Integer>> own);
  }

  /** Counts from now on what the clients have and do on other servers, too. */
  public void share(Sharing sharing) {
    if (ofAddress.streams() > 0 || ofToken.streams() > 0) {
      elsewhere = sharing.share("streams", () -> Map.copyOf(streams));
    }
    share(sharing, "publishes of addresses", ofAddress.publishes());
    share(sharing, "publishes of tokens", ofToken.publishes());
    share(sharing, "subscription events of addresses", subscriptionsOfAddress);
    share(sharing, "subscription events of all", subscriptionsOfAll);
  }

  private static void share(Sharing sharing, String kind, @Nullable RateLimit rate) {
    if (rate != null) {
      rate.share(sharing.share(kind, rate::report));
    }
  }

  /**
   * Counts one more open stream.
   *
   * @return the action to run when the stream is closed, any number of times; null if the stream is
   *     one too many, and was not counted
   */
  public @Nullable Runnable open(HttpServletRequest request, Grant grant) {
    String owner = grant.owner();
    if (ofAddress.streams() == 0 && (ofToken.streams() == 0 || owner == null)) {
      return UNCOUNTED;
    }
    List<String> counted = new ArrayList<>(2);
    AtomicBoolean isOpen = new AtomicBoolean(true);
    Runnable leave = // first: once it is counted, nothing is to need memory
        () -> {
          if (isOpen.getAndSet(false)) {
            for (int i = 0; i < counted.size(); i++) {
              release(counted.get(i));
            }
          }
        };
    boolean isAllowed = false;
    try {
      isAllowed =
          count("address " + ClientAddress.of(request), ofAddress, counted)
              && (owner == null || count(owner, ofToken, counted));
    } finally {
      if (!isAllowed) {
        leave.run();
      }
    }
    return isAllowed ? leave : null;
  }

  /**
   * Counts events that the client publishes.
   *
   * @throws HttpProblem with status 429 if they exceed a limit
   */
  public void takePublishes(HttpServletRequest request, Grant grant, int events) {
    take(ofAddress, "address " + ClientAddress.of(request), events);
    String token = grant.owner();
    if (token != null) {
      take(ofToken, token, events);
    }
  }

  /**
   * Counts subscription events (Mercure) that a stream causes, when it opens and when it ends.
   *
   * @return whether the stream may open; if not, nothing was counted
   */
  public boolean takeSubscriptionEvents(HttpServletRequest request, int events) {
    String address = ClientAddress.of(request);
    if (!take(subscriptionsOfAddress, address, events)) {
      return false;
    }
    boolean isAllowed = take(subscriptionsOfAll, ALL, events);
    if (!isAllowed && subscriptionsOfAddress != null) {
      subscriptionsOfAddress.giveBack(address, events);
    }
    return isAllowed;
  }

  private static boolean take(@Nullable RateLimit rate, String who, int events) {
    return rate == null || rate.take(who, events).isZero();
  }

  private static @Nullable RateLimit burst(int rate, LongSupplier nanoTime) {
    return rate == 0 ? null : new RateLimit(SECOND.dividedBy(rate), rate * BURST_SECONDS, nanoTime);
  }

  private static Share share(int streams, int rate, LongSupplier nanoTime) {
    return new Share(
        streams, rate == 0 ? null : new RateLimit(SECOND.dividedBy(rate), rate, nanoTime));
  }

  private boolean count(String who, Share share, List<String> counted) {
    if (share.streams() == 0) {
      return true;
    }
    if (streams.merge(who, 1, Integer::sum) + elsewhere.applyAsInt(who) <= share.streams()) {
      counted.add(who);
      return true;
    }
    release(who);
    return false;
  }

  private void release(String who) {
    streams.computeIfPresent(who, (name, open) -> open == 1 ? null : open - 1);
  }

  private static void take(Share share, String who, int events) {
    RateLimit rate = share.publishes();
    Duration wait = rate == null ? Duration.ZERO : rate.take(who, events);
    if (!wait.isZero()) {
      throw HttpProblem.tooMany("this client publishes more events than it may", wait);
    }
  }
}
