package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SelectorLoopTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MANY = 200; // a loop that answers too early loses few of these races

  private final SelectorLoop loop = new SelectorLoop("test");

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void aCallReturnsOnceTheKernelHasClosedWhatItClosed() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocketChannel listener =
        ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0))) {
      for (int i = 0; i < MANY; i++) {
        try (SocketChannel mine = SocketChannel.open(listener.getLocalAddress());
            SocketChannel other = listener.accept()) {
          mine.configureBlocking(false);
          mine.setOption(StandardSocketOptions.SO_LINGER, 0); // closing sends RST
          other.configureBlocking(false);
          loop.call(() -> register(mine));
          loop.call(() -> close(mine));
          assertThatExceptionOfType(IOException.class)
              .isThrownBy(() -> other.read(ByteBuffer.allocate(1)))
              .withMessageContaining("reset");
        }
      }
    }
  }

  private void register(SocketChannel channel) {
    try {
      loop.register(channel, 0, key -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void doesWhatIsDueInTheOrderOfItsTime() {
    List<String> done = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(3);
    loop.call(
        () -> {
          for (int millis : new int[] {20, 0, 10}) {
            loop.after(
                Duration.ofMillis(millis),
                () -> {
                  done.add("after " + millis);
                  all.countDown();
                });
          }
        });
    Await.until("all", LIMIT, () -> all.getCount() == 0);
    assertThat(done).containsExactly("after 0", "after 10", "after 20");
  }

  @Test
  void whoeverAsksIsToldWhatFailedAndTheLoopGoesOn() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                loop.call(
                    () -> {
                      throw new UnsupportedOperationException("made to fail");
                    }))
        .withMessageContaining("made to fail");
    assertThat(loop.ask(() -> "fine")).isEqualTo("fine");
  }

  @Test
  void saysOfWhatItsThreadHasFailed() {
    loop.execute(
        () -> {
          throw new UnsupportedOperationException("made to fail");
        });
    Await.until("its failure", LIMIT, this::hasFailed);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(loop::requireSound)
        .withCauseInstanceOf(UnsupportedOperationException.class);
  }

  private boolean hasFailed() {
    try {
      loop.requireSound();
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }

  @Test
  void whatIsAskedAfterItsEndIsAnsweredAllTheSame() {
    loop.close();
    assertThat(loop.ask(() -> Thread.currentThread())).isSameAs(Thread.currentThread());
  }
}
