package bellwether.stream;

import static java.lang.invoke.MethodType.methodType;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The output of a stream through the container's own output stream. */
final class ContainerOutput implements StreamOutput {
  /*
   * The output streams of containers have a write(ByteBuffer), which the interface has only since
   * Servlet 6.1. With it Jetty needs no buffer of its own for each stream. The method is looked up
   * once for each class.
   *
   * The container gets a copy of the bytes. Jetty keeps it until the write is done, and if a stream
   * fails meanwhile, nobody can tell whether Jetty still keeps it: with the thread's own buffer, it
   * could then write bytes of another stream.
   */
  private static final ClassValue<Optional<MethodHandle>> writes =
      new ClassValue<>() {
        @Override
        protected Optional<MethodHandle> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private final ServletOutputStream out;
  private final Optional<MethodHandle> write;
  private final Runnable complete;
  private final Runnable cut;

  /**
   * @param complete completes the asynchronous request
   * @param cut cuts the client off, where the server lets us
   */
  ContainerOutput(ServletOutputStream out, Runnable complete, Runnable cut) {
    this.out = out;
    this.complete = complete;
    this.cut = cut;
    this.write = writes.get(out.getClass());
  }

  private static Optional<MethodHandle> find(Class<?> type) {
    try {
      MethodHandle own =
          MethodHandles.publicLookup()
              .findVirtual(type, "write", methodType(void.class, ByteBuffer.class));
      return Optional.of(
          own.asType(methodType(void.class, ServletOutputStream.class, ByteBuffer.class)));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return Optional.empty(); // then arrays are written
    }
  }

  @Override
  public boolean isReady() {
    return out.isReady();
  }

  @Override
  public void write(WriteBuffer buffer) throws IOException {
    byte[] bytes = buffer.copy();
    if (write.isPresent()) {
      write(write.get(), ByteBuffer.wrap(bytes));
    } else {
      out.write(bytes);
    }
  }

  private void write(MethodHandle handle, ByteBuffer bytes) throws IOException {
    try {
      handle.invokeExact(out, bytes);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    out.setWriteListener(listener);
  }

  @Override
  public void complete() {
    complete.run();
  }

  @Override
  public void cut() {
    cut.run();
  }
}
