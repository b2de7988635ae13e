package bellwether.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The certificate by which the server proves its identity, and its private key. When the files are
 * replaced, new connections use the new ones within seconds; if these are wrong, the old ones stay
 * in use.
 */
final class Certificates extends AbstractLifeCycle {
  private static final long SECONDS_BETWEEN_LOOKS = 2;

  private final KeyFiles files;
  private final String password;
  private final Scheduler scheduler;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private List<String> seen; // confined to the scheduler's task, once it has started

  /**
   * @throws IllegalArgumentException saying which file is wrong, and why
   */
  Certificates(KeyFiles files, String password, Scheduler scheduler) {
    this.files = files;
    this.password = password;
    this.scheduler = scheduler;
    this.seen = stamps(); // before reading, so that no change is missed
    context.setKeyStorePassword(password);
    context.setKeyStore(files.load(password.toCharArray()));
  }

  SslContextFactory.Server context() {
    return context;
  }

  @Override
  protected void doStart() {
    lookLater();
  }

  private void lookLater() {
    scheduler.schedule(this::look, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
  }

  private void look() {
    if (!isRunning()) {
      return;
    }
    List<String> now = stamps();
    if (!now.equals(seen)) {
      seen = now;
      reload();
    }
    lookLater();
  }

  private void reload() {
    try {
      var keys = files.load(password.toCharArray());
      context.reload(anything -> context.setKeyStore(keys));
      System.err.println("The certificate has been replaced: " + files.paths());
    } catch (Exception e) { // the next change may be the one that puts it right
      System.err.println("The certificate was not replaced: " + e.getMessage());
    }
  }

  private List<String> stamps() {
    List<String> stamps = new ArrayList<>();
    for (Path path : files.paths()) {
      try {
        stamps.add(Files.getLastModifiedTime(path) + " " + Files.size(path));
      } catch (IOException e) {
        stamps.add("away");
      }
    }
    return stamps;
  }
}
