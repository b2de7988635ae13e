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
 * @param executor runs the rest of long write turns
 * @param nanoTime as {@link System#nanoTime}
 * @param retryAtTheEnd the reconnection time of a client whose stream a stopping container ends
 *     before we do
 */
record StreamContext(
    ConnectionRegistry registry,
    FailedRequests failed,
    Metrics metrics,
    Executor executor,
    LongSupplier nanoTime,
    Supplier<Duration> retryAtTheEnd) {}
