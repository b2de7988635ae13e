package bellwether.bench;

import java.util.function.IntFunction;

/** An audience whose ledger is guarded by a lock that its reading thread takes. */
abstract class LockedAudience implements Audience {
  final Object lock = new Object(); // the ledger is entered, begun and drawn up under it
  final Ledger ledger = new Ledger();

  @Override
  public final long delivered() {
    return ledger.delivered();
  }

  @Override
  public final long lastDelivery() {
    return ledger.lastDelivery();
  }

  @Override
  public final void begin() {
    synchronized (lock) {
      ledger.begin();
    }
  }

  @Override
  public final Ledger.Account end(IntFunction<long[]> published) {
    synchronized (lock) {
      return ledger.end(published);
    }
  }
}
