package bellwether.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.hub.FrameSink;
import bellwether.launch.DirectChannels;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chunks, and when there may be another. */
class DirectOutputTest {
  private final FakeChannel channel = new FakeChannel();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final DirectOutput output =
      new DirectOutput(channel::completeRequest, channel, later::add);
  private final Listener listener = new Listener();

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 15, 16, 17, 255, 256, 4095, 4096, 8191, 8192})
  void framesAChunk(int length) {
    output.setWriteListener(listener);
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);

    output.write(bufferOf(bytes));

    String text = new String(bytes, 0, length, ISO_8859_1);
    assertThat(channel.written()).isEqualTo(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  @Test
  void refusesAnEmptyChunkAndIsReadyStill() {
    output.setWriteListener(listener);
    assertThatIllegalArgumentException().isThrownBy(() -> output.write(bufferOf(new byte[0])));
    assertThat(output.isReady()).isTrue();
    assertThat(channel.written()).isEmpty();
  }

  @Test
  void knowsTheChannelByTheNameThatTheServerGivesIt() {
    assertThat(StreamOpener.DIRECT_CHANNEL).isEqualTo(DirectChannels.ATTRIBUTE);
    assertThat(StreamOpener.CUT).isEqualTo(DirectChannels.CUT);
  }

  @Test
  void callsItsListenerWhenTheSocketHasBeenHandedOver() {
    channel.isSlow = true;
    output.setWriteListener(listener);
    assertThat(listener.calls).isEmpty();
    assertThat(output.isReady()).isFalse();
    assertThat(channel.completions).isEqualTo(1);

    channel.handOver();
    assertThat(listener.calls).containsExactly("possible");
    assertThat(output.isReady()).isTrue();
  }

  @Test
  void tellsOfAHandOverThatFailed() {
    channel.isSlow = true;
    output.setWriteListener(listener);
    channel.failRead(new IOException("not handed over"));

    assertThat(listener.calls).containsExactly("java.io.IOException: not handed over");
    assertThat(output.isReady()).isFalse();
  }

  @Test
  void completesTheRequestIfItEndsBeforeTheHandOver() {
    output.complete();
    output.setWriteListener(listener);

    assertThat(channel.completions).isEqualTo(1);
    assertThat(listener.calls).isEmpty();
    assertThat(channel.isOpen()).as("it goes on to the next request").isTrue();
    assertThat(channel.written()).isEmpty();
  }

  @Test
  void endsTheBodyAsSoonAsItCanIfItEndsDuringTheHandOver() {
    channel.isSlow = true;
    output.setWriteListener(listener);
    output.complete();
    assertThat(channel.written()).isEmpty();
    assertThat(channel.isOpen()).isTrue();

    channel.handOver();
    assertThat(channel.written()).isEqualTo("0\r\n\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.completions).isEqualTo(1);
    assertThat(listener.calls).isEmpty();
  }

  @Test
  void completesTheRequestEvenIfTheServerHasNoneAnyMore() {
    channel.isGone = true;

    assertThatIllegalStateException().isThrownBy(() -> output.setWriteListener(listener));
    assertThat(channel.completions).isEqualTo(1);
  }

  @Test
  void endsTheBodyInOrderAndClosesTheSocket() {
    output.setWriteListener(listener);
    write();
    output.complete();

    assertThat(channel.written()).isEqualTo("4\r\ndata\r\n0\r\n\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void cutsOffAClientThatHasNotTakenEverythingAtTheEnd() {
    output.setWriteListener(listener);
    channel.isFull = true;
    write();
    output.complete();

    assertThat(channel.written()).as("no last chunk in the middle").isEqualTo("4\r\ndata\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(later).as("nobody is told of what is expected").isEmpty();
  }

  @Test
  void tellsThatTheClientHasLeftAlthoughNothingIsWritten() {
    output.setWriteListener(listener);
    channel.read(-1);

    assertThat(listener.calls)
        .containsExactly("possible", "java.nio.channels.ClosedChannelException");
  }

  @Test
  void tellsThatTheConnectionHasBrokenAlthoughNothingIsWritten() {
    output.setWriteListener(listener);
    channel.failRead(new IOException("reset"));

    assertThat(listener.calls).containsExactly("possible", "java.io.IOException: reset");
  }

  @Test
  void tellsThatTheClientHasSentSomethingThatNobodyReads() {
    output.setWriteListener(listener);
    channel.read(20);

    assertThat(listener.calls)
        .containsExactly(
            "possible",
            "bellwether.stream.UnexpectedInputException: "
                + "The client has sent something after its request");
  }

  @Test
  void isReadyAgainWhenTheSocketTookEverything() {
    output.setWriteListener(listener);
    write();

    assertThat(output.isReady()).isTrue();
    assertThat(listener.calls).containsExactly("possible");
  }

  @Test
  void callsItsListenerOnceWhenTheSocketIsReadyAgainIfItWasAsked() {
    output.setWriteListener(listener);
    channel.isFull = true;
    write();
    assertThat(output.isReady()).isFalse();
    assertThat(output.isReady()).isFalse();
    assertThat(listener.calls).containsExactly("possible");

    channel.drain();
    assertThat(listener.calls).containsExactly("possible", "possible");
    assertThat(output.isReady()).isTrue();
  }

  @Test
  void keepsQuietIfNobodyAsked() {
    output.setWriteListener(listener);
    channel.isFull = true;
    write();
    channel.drain();

    assertThat(listener.calls).containsExactly("possible");
    assertThat(output.isReady()).isTrue();
  }

  @Test
  void refusesAWriteBeforeItIsReady() {
    output.setWriteListener(listener);
    channel.isFull = true;
    write();

    assertThatIllegalStateException().isThrownBy(this::write);
  }

  @Test
  void tellsOfAFailureAfterTheWriteThatFailed() {
    output.setWriteListener(listener);
    channel.isBroken = true;
    write();
    assertThat(output.isReady()).isFalse();
    assertThat(listener.calls).containsExactly("possible");

    later.remove().run();
    assertThat(listener.calls).containsExactly("possible", "java.io.IOException: broken");
    assertThat(output.isReady()).isFalse();
  }

  @Test
  void tellsOfTheWriteThatWasCutOff() {
    output.setWriteListener(listener);
    channel.isFull = true;
    write();
    output.cut();

    later.remove().run();
    assertThat(listener.calls)
        .containsExactly("possible", "java.nio.channels.ClosedChannelException");
  }

  /** No wake-up may be lost, whenever the socket drains: so both sides set out together. */
  @Test
  void writesAllOfItWhileTheSocketDrainsAtAnyTime() throws Exception {
    ExecutorService drainer = Executors.newSingleThreadExecutor();
    AtomicReference<@Nullable FakeChannel> toDrain = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    Future<?> draining = drainer.submit(() -> drainEach(toDrain, done));
    Random random = new Random(1);
    try {
      for (int life = 0; life < 20_000; life++) {
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        FakeChannel busy = new FakeChannel();
        DirectOutput out = new DirectOutput(busy::completeRequest, busy, Runnable::run);
        out.setWriteListener(new Telling(told));
        assertThat(told.poll()).isEqualTo("possible");
        busy.isFull = true;
        out.write(bufferOf(new byte[] {'x'}));
        toDrain.set(busy);
        for (int i = random.nextInt(100); i > 0; i--) {
          Thread.onSpinWait();
        }
        if (!out.isReady()) {
          assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("possible");
          assertThat(out.isReady()).isTrue();
        }
        while (toDrain.get() != null && !draining.isDone()) {
          Thread.onSpinWait();
        }
        assertThat(told).isEmpty();
      }
    } finally {
      done.set(true);
      drainer.shutdown();
    }
    draining.get(10, TimeUnit.SECONDS);
  }

  private static void drainEach(
      AtomicReference<@Nullable FakeChannel> toDrain, AtomicBoolean done) {
    while (!done.get()) {
      FakeChannel channel = toDrain.get();
      if (channel != null) {
        channel.drain();
        toDrain.set(null);
      }
    }
  }

  private record Telling(LinkedBlockingQueue<String> told) implements WriteListener {
    @Override
    public void onWritePossible() {
      told.add("possible");
    }

    @Override
    public void onError(Throwable failure) {
      told.add(failure.toString());
    }
  }

  private void write() {
    output.write(bufferOf("data".getBytes(ISO_8859_1)));
  }

  private static WriteBuffer bufferOf(byte[] bytes) {
    WriteBuffer buffer = WriteBuffer.ofThisThread();
    buffer.offer(bytes, 0, FrameSink.AGELESS);
    return buffer;
  }

  private static final class Listener implements WriteListener {
    final List<String> calls = new ArrayList<>();

    @Override
    public void onWritePossible() {
      calls.add("possible");
    }

    @Override
    public void onError(Throwable failure) {
      calls.add(failure.toString());
    }
  }

  /** A socket that takes everything at once, or keeps a write until it is drained. */
  private static final class FakeChannel implements AsynchronousByteChannel {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private @Nullable Runnable complete;
    private @Nullable Runnable fail;
    private @Nullable IntConsumer completeRead;
    private @Nullable Consumer<Throwable> failRead;
    private boolean isClosed;
    volatile boolean isFull;
    boolean isBroken;
    boolean isSlow; // to hand over
    boolean isGone;
    int completions;

    /** Does what the server does when the request is completed whose socket is asked for. */
    void completeRequest() {
      completions++;
      if (!isSlow && completeRead != null) {
        handOver();
      }
    }

    void handOver() {
      read(0);
    }

    void read(int length) {
      IntConsumer told = Objects.requireNonNull(completeRead);
      completeRead = null;
      told.accept(length);
    }

    void failRead(Throwable failure) {
      Objects.requireNonNull(failRead).accept(failure);
    }

    @Override
    public synchronized <A> void write(
        ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
      if (isBroken) {
        handler.failed(new IOException("broken"), attachment);
        return;
      }
      int length = source.remaining();
      byte[] bytes = new byte[length];
      source.get(bytes);
      taken.writeBytes(bytes);
      if (isFull) {
        complete = () -> handler.completed(length, attachment);
        fail = () -> handler.failed(new ClosedChannelException(), attachment);
      } else {
        handler.completed(length, attachment);
      }
    }

    void drain() {
      isFull = false;
      run(complete);
    }

    synchronized String written() {
      return taken.toString(ISO_8859_1);
    }

    @Override
    public void close() {
      isClosed = true;
      run(fail);
    }

    private static void run(@Nullable Runnable action) {
      if (action != null) {
        action.run();
      }
    }

    @Override
    public boolean isOpen() {
      return !isClosed;
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <A> void read(
        ByteBuffer target, A attachment, CompletionHandler<Integer, ? super A> handler) {
      if (isGone) {
        throw new IllegalStateException("no request");
      }
      completeRead = length -> handler.completed(length, attachment);
      failRead = failure -> handler.failed(failure, attachment);
    }

    @Override
    public Future<Integer> read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }
  }
}
