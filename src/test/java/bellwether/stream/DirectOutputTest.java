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
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chunks, and when there may be another. */
class DirectOutputTest {
  private final FakeChannel channel = new FakeChannel();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final DirectOutput output = new DirectOutput(channel, later::add);
  private final Listener listener = new Listener();

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 15, 16, 17, 255, 256, 4095, 4096, 8191, 8192})
  void framesAChunk(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);

    output.write(bufferOf(bytes));

    String text = new String(bytes, 0, length, ISO_8859_1);
    assertThat(channel.written()).isEqualTo(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  @Test
  void refusesAnEmptyChunkAndIsReadyStill() {
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
  void callsItsListenerAsSoonAsItHasOne() {
    output.setWriteListener(listener);

    assertThat(listener.calls).containsExactly("possible");
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
        DirectOutput out = new DirectOutput(busy, Runnable::run);
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
    volatile boolean isFull;
    boolean isBroken;

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
      run(fail);
    }

    private static void run(@Nullable Runnable action) {
      if (action != null) {
        action.run();
      }
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <A> void read(
        ByteBuffer target, A attachment, CompletionHandler<Integer, ? super A> handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Integer> read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }
  }
}
