package bellwether.http;

import bellwether.observe.Metrics;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What all streams share.
 *
 * @param executor where write turns that grow long go on
 * @param nanoTime as {@link System#nanoTime}
 */
record StreamContext(
    ConnectionRegistry registry,
    FailedRequests failed,
    Metrics metrics,
    Executor executor,
    LongSupplier nanoTime) {}
