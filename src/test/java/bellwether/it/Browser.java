package bellwether.it;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A tab of a real browser, driven over WebDriver BiDi. Selectors are CSS and mean the first match;
 * JavaScript arguments are expressions, and promises are awaited.
 */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** One line of the page's console, or an uncaught exception. */
  private record ConsoleLine(String level, String text) {}

  private final BrowserKind kind;
  private final BrowserProcess process;
  private final BiDi bidi;
  private final String tab;
  private final boolean isFirstTab;
  // Written by the connection's threads.
  private final List<ConsoleLine> console;
  private final NetworkLog network;

  private Browser(BrowserKind kind, HttpClient http, BrowserProcess.Started started) {
    this.kind = kind;
    process = started.process();
    isFirstTab = true;
    console = new CopyOnWriteArrayList<>();
    network = new NetworkLog();
    try {
      bidi = new BiDi(http, started.socket(), this::event);
      if (kind == BrowserKind.FIREFOX) {
        bidi.command("session.new", parameters().add("capabilities", parameters()).build());
      }
      tab = firstTab(parameters());
      watchTheConsole();
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  private Browser(Browser first, String tab) {
    kind = first.kind;
    process = first.process;
    bidi = first.bidi;
    this.tab = tab;
    isFirstTab = false;
    console = first.console;
    network = first.network;
  }

  public static Browser chromium() {
    return start(BrowserKind.CHROMIUM);
  }

  public static Browser firefox() {
    return start(BrowserKind.FIREFOX);
  }

  public static Browser start(BrowserKind kind) {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<Path> programs = kind.programs();
    return new Browser(
        kind,
        http,
        kind == BrowserKind.CHROMIUM
            ? BrowserProcess.chromium(http, programs.get(0), programs.get(1))
            : BrowserProcess.firefox(programs.get(0)));
  }

  public static boolean isInstalled(BrowserKind kind) {
    return kind.isInstalled();
  }

  /**
   * Another tab of this browser, behind the others; {@link #close} closes it alone. What is said of
   * the console and the network is of all tabs together.
   */
  Browser newTab() {
    JsonObject created =
        bidi.command(
            "browsingContext.create",
            parameters().add("type", "tab").add("background", true).build());
    return new Browser(this, created.getString("context"));
  }

  boolean isFirst() {
    return isFirstTab;
  }

  /** Loads the page again; returns when it has loaded. */
  void reload() {
    bidi.command("browsingContext.reload", inTab().add("wait", "complete").build());
  }

  /** Returns when the page has loaded; an event stream that it opens does not keep it loading. */
  public void open(URI uri) {
    bidi.command(
        "browsingContext.navigate",
        inTab().add("url", uri.toString()).add("wait", "complete").build());
  }

  /** The expression's value as JSON; throws what the page throws, with its text. */
  public JsonValue evaluate(String expression) {
    JsonObject result = script(PageScripts.asJson(expression));
    // An array around it, because not every parser takes a lone string or number.
    try (JsonReader reader =
        Json.createReader(new StringReader("[" + result.getString("value", "null") + "]"))) {
      return reader.readArray().get(0);
    }
  }

  /** The rendered text of the first match. */
  public String text(String selector) {
    return ((JsonString) evaluate(PageScripts.find(selector) + ".innerText")).getString();
  }

  /**
   * Waits until the condition is truthy; while it throws, it is not. The page itself looks every
   * few milliseconds, so no state that lasts longer is missed; the page may be left meanwhile.
   */
  public void await(String what, String condition) {
    await(what, condition, PATIENCE);
  }

  /** Waits until the first match has this text in it, shown or not. */
  void awaitText(String selector, String text) {
    await(
        selector + " has " + text,
        "document.querySelector(%s).textContent.includes(%s)"
            .formatted(Json.createValue(selector), Json.createValue(text)));
  }

  /** Waits until a page of the guide knows that it is in demo mode, and its controls act. */
  void awaitControls() {
    await("the demo's answer", "document.querySelector('[data-needs-demo]:enabled')");
  }

  public void await(String what, String condition, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    JsonValue last = JsonValue.FALSE;
    while (!last.equals(JsonValue.TRUE)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError(
            "Not within %s: %s (last: %s)%nPage: %s%nConsole: %s"
                .formatted(limit, what, last, pageText(), console));
      }
      try {
        last = evaluate(PageScripts.untilTruthy(condition, left));
      } catch (BiDi.Refusal e) {
        last = Json.createValue(e.toString()); // the page was left in the middle of it
      }
    }
  }

  private String pageText() {
    try {
      return evaluate("document.documentElement.innerText").toString();
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  /** A real click, with the pointer, in the middle of the first match. */
  public void click(String selector) {
    perform(
        "pointer",
        Json.createArrayBuilder()
            .add(moveTo(selector))
            .add(parameters().add("type", "pointerDown").add("button", 0))
            .add(parameters().add("type", "pointerUp").add("button", 0))
            .build());
  }

  /** Moves the pointer to the middle of the first match, and leaves it there. */
  public void pointAt(String selector) {
    perform("pointer", Json.createArrayBuilder().add(moveTo(selector)).build());
  }

  /** Moves the pointer to the page's upper left corner. */
  public void pointAway() {
    perform("pointer", Json.createArrayBuilder().add(pointerMove()).build());
  }

  private JsonObject moveTo(String selector) {
    return pointerMove()
        .add(
            "origin",
            parameters()
                .add("type", "element")
                .add("element", parameters().add("sharedId", shared(selector))))
        .build();
  }

  private static JsonObjectBuilder pointerMove() {
    return parameters().add("type", "pointerMove").add("x", 0).add("y", 0);
  }

  /**
   * Replaces what the field holds, by real keys. Keys without a character go by WebDriver's code
   * points, such as {@code "\uE007"} for Enter.
   */
  public void type(String selector, String text) {
    evaluate("(field => { field.focus(); field.select?.(); })(" + PageScripts.find(selector) + ")");
    JsonArrayBuilder keys = Json.createArrayBuilder();
    String delete = "\uE017";
    (text.isEmpty() ? delete : text)
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(
            key ->
                keys.add(parameters().add("type", "keyDown").add("value", key))
                    .add(parameters().add("type", "keyUp").add("value", key)));
    perform("key", keys.build());
  }

  private void perform(String device, JsonArray actions) {
    JsonObject source =
        parameters().add("type", device).add("id", device).add("actions", actions).build();
    bidi.command(
        "input.performActions",
        inTab().add("actions", Json.createArrayBuilder().add(source)).build());
  }

  public void viewport(int width, int height) {
    bidi.command(
        "browsingContext.setViewport",
        inTab().add("viewport", parameters().add("width", width).add("height", height)).build());
  }

  /** What {@code prefers-color-scheme} says from now on. */
  public void darkTheme(boolean dark) {
    if (kind == BrowserKind.CHROMIUM) {
      JsonObject feature =
          parameters()
              .add("name", "prefers-color-scheme")
              .add("value", dark ? "dark" : "light")
              .build();
      String session = bidi.command("goog:cdp.getSession", inTab().build()).getString("session");
      bidi.command(
          "goog:cdp.sendCommand",
          parameters()
              .add("session", session)
              .add("method", "Emulation.setEmulatedMedia")
              .add("params", parameters().add("features", Json.createArrayBuilder().add(feature)))
              .build());
    } else {
      // The browser's own window may set preferences.
      String chrome = firstTab(parameters().add("moz:scope", "chrome"));
      script(
          "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', "
              + (dark ? 0 : 1)
              + ")",
          chrome);
    }
  }

  /** The visible part of the page, as PNG. */
  public byte[] screenshot() {
    JsonObject result = bidi.command("browsingContext.captureScreenshot", inTab().build());
    return Base64.getDecoder().decode(result.getString("data"));
  }

  /** Errors on the console, uncaught exceptions and violations of the page's security policy. */
  public List<String> consoleErrors() {
    return console.stream()
        .filter(line -> line.level().equals("error"))
        .map(ConsoleLine::text)
        .toList();
  }

  /** Which it is. */
  @Override
  public String toString() {
    return kind.name();
  }

  @Override
  public void close() {
    if (isFirstTab) {
      process.close();
    } else {
      bidi.command("browsingContext.close", inTab().build());
    }
  }

  /** What a page's script threw. */
  static final class PageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PageError(String message) {
      super(message);
    }
  }

  /** From now on; what was asked for before is forgotten. */
  NetworkLog watchTheNetwork() {
    subscribe(NetworkLog.EVENTS);
    network.clear();
    return network;
  }

  /** Runs a JavaScript function in every page opened from now on, before the page's own scripts. */
  public void runInEveryPage(String function) {
    bidi.command(
        "script.addPreloadScript", parameters().add("functionDeclaration", function).build());
  }

  private void watchTheConsole() {
    subscribe(Json.createArrayBuilder().add("log.entryAdded").build());
    runInEveryPage(PageScripts.REPORT_VIOLATIONS);
  }

  private void subscribe(JsonArray events) {
    bidi.command("session.subscribe", parameters().add("events", events).build());
  }

  private void event(JsonObject event) {
    String method = event.getString("method", "");
    network.event(method, event.getJsonObject("params"));
    if (method.equals("log.entryAdded")) {
      JsonObject entry = event.getJsonObject("params");
      console.add(new ConsoleLine(entry.getString("level"), entry.getString("text", "")));
    }
  }

  private String firstTab(JsonObjectBuilder parameters) {
    return bidi.command("browsingContext.getTree", parameters.add("maxDepth", 0).build())
        .getJsonArray("contexts")
        .getJsonObject(0)
        .getString("context");
  }

  /** The browser's reference to the first match, which is then in view. */
  private String shared(String selector) {
    JsonObject node = script(PageScripts.inView(selector));
    return node.getString("sharedId");
  }

  private JsonObject script(String expression) {
    return script(expression, tab);
  }

  private JsonObject script(String expression, String context) {
    JsonObject result =
        bidi.command(
            "script.evaluate",
            parameters()
                .add("expression", expression)
                .add("target", parameters().add("context", context))
                .add("awaitPromise", true)
                .add("userActivation", false)
                .build());
    if (result.getString("type").equals("exception")) {
      throw new PageError(result.getJsonObject("exceptionDetails").getString("text"));
    }
    return result.getJsonObject("result");
  }

  private JsonObjectBuilder inTab() {
    return parameters().add("context", tab);
  }

  private static JsonObjectBuilder parameters() {
    return Json.createObjectBuilder();
  }
}
