package bellwether.faults;

import static net.bytebuddy.matcher.ElementMatchers.any;
import static net.bytebuddy.matcher.ElementMatchers.isDeclaredBy;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.time.InstantSource;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.MemberSubstitution;

/**
 * Changes two classes of the server as they are loaded: the one that syncs segments, which asks
 * first whether it may, and the one that takes the system's clock, which takes another. So the
 * server needs no way in for tests.
 */
public final class FaultAgent {
  private static final String SEGMENT_FILE = "bellwether.eventlog.file.DirectoryDisk$OpenFile";
  private static final String APPLICATION = "bellwether.app.Application";

  private FaultAgent() {}

  /** The JVM calls this before {@code main}. */
  public static void premain(String directory, Instrumentation instrumentation) {
    InjectedFaults.readFrom(Path.of(directory));
    new AgentBuilder.Default()
        .disableClassFormatChanges()
        .type(named(SEGMENT_FILE))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(Advice.to(SyncAdvice.class).on(named("sync"))))
        .type(named(APPLICATION))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(
                    MemberSubstitution.relaxed()
                        .method(named("system").and(isDeclaredBy(InstantSource.class)))
                        .replaceWith(clock())
                        .on(any())))
        .installOn(instrumentation);
  }

  private static java.lang.reflect.Method clock() {
    try {
      return InjectedFaults.class.getMethod("clock");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes, as it is, to the beginning of the method. */
  static final class SyncAdvice {
    private SyncAdvice() {}

    @Advice.OnMethodEnter
    static void enter() throws IOException {
      InjectedFaults.beforeSync();
    }
  }
}
