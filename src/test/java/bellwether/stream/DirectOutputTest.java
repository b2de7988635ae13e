package bellwether.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.hub.FrameSink;
import bellwether.launch.DirectChannels;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
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

  /** The end may come from any thread, the hand-over and the client's leave from the server's. */
  @Test
  void endsOnceWheneverItEndsWhileItIsHandedOver() throws Exception {
    ExecutorService others = Executors.newFixedThreadPool(2);
    try {
      for (int life = 0; life < 5_000; life++) {
        FakeChannel busy = new FakeChannel();
        busy.isSlow = true;
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        DirectOutput out = new DirectOutput(busy::completeRequest, busy, Runnable::run);
        CyclicBarrier start = new CyclicBarrier(2);
        Future<?> ending =
            others.submit(
                () -> {
                  await(start);
                  out.complete();
                });
        await(start);
        out.setWriteListener(new Telling(told));
        boolean isAsked = busy.isAsked();
        if (isAsked) {
          others.submit(busy::handOver).get(10, TimeUnit.SECONDS);
        }
        ending.get(10, TimeUnit.SECONDS);

        assertThat(busy.completions).isEqualTo(1);
        assertThat(busy.isOpen()).as("it goes on to its next request").isEqualTo(!isAsked);
        assertThat(busy.written()).isEqualTo(isAsked ? "0\r\n\r\n" : "");
        assertThat(out.isReady()).isFalse();
        assertThat(told).hasSizeLessThan(2).doesNotContain("java.io.IOException");
      }
    } finally {
      others.shutdownNow();
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
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
}
