package bellwether.stream;

import bellwether.exchange.FailedRequests;
import bellwether.observe.Metrics;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The objects that all streams share.
 *
 * @param executor where write turns that grow long go on
 * @param nanoTime as {@link System#nanoTime}
 * @param retryAtTheEnd when a client is to come back that a stopping container ends before we do
 */
record StreamContext(
    ConnectionRegistry registry,
    FailedRequests failed,
    Metrics metrics,
    Executor executor,
    LongSupplier nanoTime,
    Supplier<Duration> retryAtTheEnd) {}
