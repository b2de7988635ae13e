package bellwether.harness;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless browser with a fresh profile, up to the point where BiDi can be spoken to it. */
final class BrowserProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Pattern CHROMEDRIVER_PORT = Pattern.compile("successfully on port (\\d+)");
  private static final Pattern FIREFOX_SOCKET =
      Pattern.compile("WebDriver BiDi listening on (ws://\\S+)");

  /** Nothing here may phone home, or ask a first-time user anything. */
  private static final List<String> CHROMIUM_ARGUMENTS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          // Otherwise input waits for seconds in a tab that the browser believes is covered, as one
          // is while the window of another test closes (GoogleChromeLabs/chromium-bidi#3894).
          "--disable-backgrounding-occluded-windows",
          "--disable-component-update",
          "--disable-sync",
          "--hide-scrollbars",
          "--no-default-browser-check",
          "--no-first-run",
          "--no-proxy-server");

  private static final String FIREFOX_PREFERENCES =
      """
      user_pref("app.normandy.enabled", false);
      user_pref("browser.safebrowsing.update.enabled", false);
      user_pref("browser.shell.checkDefaultBrowser", false);
      user_pref("datareporting.policy.dataSubmissionEnabled", false);
      user_pref("extensions.update.enabled", false);
      user_pref("general.smoothScroll", false);
      user_pref("network.captive-portal-service.enabled", false);
      user_pref("network.connectivity-service.enabled", false);
      user_pref("network.proxy.type", 0);
      user_pref("services.settings.server", "http://127.0.0.1:9/");
      user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
      """;

  private final TemporaryDirectory directory;
  private final Process process;
  private final ProcessOutput output;
  private final Thread lastResort = new Thread(this::kill, "browser-last-resort");

  private BrowserProcess(String name, TemporaryDirectory directory, List<String> command) {
    this.directory = directory;
    ProcessBuilder builder = new ProcessBuilder(command);
    // Caches, crash reports and locks go where they are removed, not to the user's home.
    builder.environment().put("HOME", directory.path().toString());
    builder.environment().put("TMPDIR", directory.path().toString());
    builder.environment().put("XDG_CACHE_HOME", directory.path().toString());
    builder.environment().put("XDG_CONFIG_HOME", directory.path().toString());
    try {
      process = builder.start();
    } catch (IOException e) {
      directory.close();
      throw new UncheckedIOException(e);
    }
    output = new ProcessOutput(name, process);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /** A process, and the address of the BiDi session that it has or will have. */
  record Started(BrowserProcess process, URI socket) {}

  static Started chromium(HttpClient http, Path driver, Path binary) {
    TemporaryDirectory directory = TemporaryDirectory.create("bellwether-chromium");
    BrowserProcess process =
        new BrowserProcess("chromedriver", directory, List.of(driver.toString(), "--port=0"));
    try {
      String port = process.output.await(CHROMEDRIVER_PORT, START_LIMIT).group(1);
      JsonObject answer =
          post(
              http,
              URI.create("http://127.0.0.1:" + port + "/session"),
              chromiumSession(binary, directory.path().resolve("profile")));
      return new Started(
          process,
          URI.create(
              answer
                  .getJsonObject("value")
                  .getJsonObject("capabilities")
                  .getString("webSocketUrl")));
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  static Started firefox(Path binary) {
    TemporaryDirectory directory = TemporaryDirectory.create("bellwether-firefox");
    Path profile = directory.path().resolve("profile");
    try {
      Files.createDirectories(profile);
      Files.writeString(profile.resolve("user.js"), FIREFOX_PREFERENCES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    BrowserProcess process =
        new BrowserProcess(
            "firefox",
            directory,
            List.of(
                binary.toString(),
                "--headless",
                "--no-remote",
                "--remote-debugging-port=0",
                // Lets the dark theme be a preference that changes at run time.
                "--remote-allow-system-access",
                "--profile",
                profile.toString()));
    try {
      String socket = process.output.await(FIREFOX_SOCKET, START_LIMIT).group(1);
      return new Started(process, URI.create(socket + "/session"));
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  private static JsonObject chromiumSession(Path binary, Path profile) {
    JsonArray arguments =
        Json.createArrayBuilder(CHROMIUM_ARGUMENTS).add("--user-data-dir=" + profile).build();
    return Json.createObjectBuilder()
        .add(
            "capabilities",
            Json.createObjectBuilder()
                .add(
                    "alwaysMatch",
                    Json.createObjectBuilder()
                        .add("webSocketUrl", true)
                        .add("acceptInsecureCerts", true) // the tests sign their own
                        .add(
                            "goog:chromeOptions",
                            Json.createObjectBuilder()
                                .add("binary", binary.toString())
                                .add("args", arguments))))
        .build();
  }

  private static JsonObject post(HttpClient http, URI uri, JsonObject body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(START_LIMIT)
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
    if (response.statusCode() != 200) {
      throw new IllegalStateException("No session: " + response.body());
    }
    try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
      return reader.readObject();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process and whatever it has started, and removes what they wrote. */
  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(lastResort);
  }

  private void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    // Some of a browser's processes leave their family; our directory's name still tells them.
    String ours = directory.path().toString();
    try (Stream<ProcessHandle> others = ProcessHandle.allProcesses()) {
      others.filter(p -> p.info().commandLine().orElse("").contains(ours)).forEach(all::add);
    }
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle one : all) {
      one.onExit().completeOnTimeout(one, 10, TimeUnit.SECONDS).join();
    }
    output.awaitEnd();
    directory.close();
  }
}
