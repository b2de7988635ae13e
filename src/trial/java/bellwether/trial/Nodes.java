package bellwether.trial;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** The nodes of the cluster, which are asked all the time whether they are ready. Any thread. */
final class Nodes implements AutoCloseable {
  private static final int LOOK = 250; // milliseconds

  private final List<Node> nodes = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final ScheduledExecutorService probing = Executors.newScheduledThreadPool(3);
  private volatile Consumer<Node> onLeaving = node -> {};
  private boolean isClosed; // guarded by this

  void add(Node node) {
    nodes.add(node);
  }

  List<Node> all() {
    return nodes;
  }

  Optional<Node> named(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** Calls the listener when a node that was ready is so no longer. */
  void onLeaving(Consumer<Node> listener) {
    onLeaving = listener;
  }

  void start() {
    for (Node node : nodes) {
      start(node);
      var unused =
          probing.scheduleWithFixedDelay(() -> probe(node), LOOK, LOOK, TimeUnit.MILLISECONDS);
    }
  }

  /** Starts a node, unless it runs or all are to stop. */
  synchronized void start(Node node) {
    if (!isClosed) {
      node.start();
    }
  }

  private void probe(Node node) {
    try {
      if (node.probe()) {
        onLeaving.accept(node);
      }
    } catch (RuntimeException e) { // if it escaped, it would end the schedule
      System.err.println(node.name() + ": " + e);
    }
  }

  boolean areReady() {
    return nodes.stream().allMatch(Node::isReady);
  }

  /**
   * Returns a node that is ready and has the least to do; of several, the one whose turn it is.
   *
   * @param load how much a node has to do
   */
  Optional<Node> next(ToLongFunction<Node> load) {
    List<Node> ready = new ArrayList<>(nodes);
    ready.removeIf(node -> !node.isReady());
    if (ready.isEmpty()) {
      return Optional.empty();
    }
    Collections.rotate(ready, turn.getAndIncrement() % ready.size());
    return ready.stream().min(Comparator.comparingLong(load));
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    probing.shutdownNow();
    try {
      for (Node node : nodes) {
        node.end();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      nodes.forEach(Node::kill);
    }
  }
}
