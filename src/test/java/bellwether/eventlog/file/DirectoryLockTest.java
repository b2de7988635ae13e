package bellwether.eventlog.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DirectoryLockTest {
  @TempDir private Path parent;

  private Path directory = Path.of("");
  private FileEventLog log = FileLogs.open(new FakeDisk(), 1, new Random());

  @BeforeEach
  void open() {
    directory = parent.resolve("log");
    log =
        FileEventLog.open(
            directory,
            FileLogs.limits(100),
            new SyncPolicy.Always(),
            "boot",
            Runnable::run,
            Instant::now,
            System::nanoTime,
            new Random());
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void anotherApplicationOfTheSameServerIsRefusedAndTheLockStays() throws Exception {
    assertThat(inAnotherClassLoader(directory)).contains("in use by another application");
    assertThat(LockProbe.tryToOpen(directory.toString())).contains("in use by another application");
    assertThat(inAnotherProcess()).contains("in use by another process");
    assertThat(log.append(Publication.of(new Topic("news"), "a"), false).position()).isEqualTo(1);
  }

  @Test
  void aDirectoryIsTheSameByEveryPath() throws Exception {
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory);
    assertThat(inAnotherClassLoader(link)).contains("in use by another application");
    assertThat(inAnotherProcess()).contains("in use by another process");
  }

  @Test
  void theLockOfAnOlderVersionStaysToo() throws Exception {
    log.close();
    try (FileChannel older =
        FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE)) {
      assertThat(older.tryLock()).isNotNull();
      assertThat(LockProbe.tryToOpen(directory.toString()))
          .contains("in use by another application");
      assertThat(inAnotherProcess()).contains("in use by another process");
    }
    assertThat(LockProbe.tryToOpen(directory.toString())).isEqualTo(LockProbe.OPENED);
  }

  @Test
  void whoeverFailsToOpenTheLogLeavesItFree() throws Exception {
    Path other = parent.resolve("other");
    assertThatExceptionOfType(InternalError.class)
        .isThrownBy(
            () ->
                FileEventLog.open(
                    other,
                    FileLogs.limits(100),
                    new SyncPolicy.Always(),
                    "boot",
                    Runnable::run,
                    () -> {
                      throw new InternalError("made to fail");
                    },
                    System::nanoTime,
                    new Random()));
    assertThat(LockProbe.tryToOpen(other.toString())).isEqualTo(LockProbe.OPENED);
  }

  @Test
  void aFileThatCannotBeReplacedLeavesNothingBehind() throws Exception {
    Path other = parent.resolve("other");
    Files.createDirectories(other.resolve("name").resolve("in the way"));
    try (Disk disk = new DirectoryDisk(other)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> disk.replace("name", new byte[100]));
      assertThat(disk.list()).containsExactly("lock", "name");
    }
  }

  @Test
  void onceItIsClosedAnyoneMayHaveIt() throws Exception {
    List<String> before = claims();
    log.close();
    log.close();
    assertThat(claims()).hasSize(before.size() - 1);
    assertThat(inAnotherClassLoader(directory)).isEqualTo(LockProbe.OPENED);
    assertThat(inAnotherProcess()).isEqualTo(LockProbe.OPENED);
    assertThat(LockProbe.tryToOpen(directory.toString())).isEqualTo(LockProbe.OPENED);
  }

  @Test
  void whoFailedToOpenItLeavesItFree() throws Exception {
    log.close();
    Path manifest = directory.resolve(Manifest.NAME);
    byte[] good = Files.readAllBytes(manifest);
    Files.writeString(manifest, "nonsense");
    assertThat(LockProbe.tryToOpen(directory.toString())).contains("nonsense");
    Files.write(manifest, good);
    assertThat(inAnotherClassLoader(directory)).isEqualTo(LockProbe.OPENED);
  }

  private static List<String> claims() {
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("bellwether.log.lock."))
        .toList();
  }

  private static String inAnotherClassLoader(Path directory) throws Exception {
    URL[] urls =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
            .map(DirectoryLockTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader other = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Class<?> probe = other.loadClass(LockProbe.class.getName());
      assertThat(probe).isNotSameAs(LockProbe.class);
      return (String) probe.getMethod("tryToOpen", String.class).invoke(null, directory.toString());
    }
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String inAnotherProcess() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockProbe.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }
}
