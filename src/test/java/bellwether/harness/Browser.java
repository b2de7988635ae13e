package bellwether.harness;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A tab of a real browser with a profile of its own, driven over WebDriver BiDi. Selectors are CSS
 * and mean the first match; JavaScript arguments are expressions, and promises are awaited.
 */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** One line of the page's console, or an uncaught exception. */
  private record ConsoleLine(String level, String text) {}

  private final BrowserKind kind;
  private final BrowserEngine engine;
  private final String profile; // the browser's word is "user context"
  private final String tab;
  private final boolean isFirstTab;
  private final List<String> scriptsOfEveryPage = new ArrayList<>(); // by the browser's names
  // Written by the connection's threads.
  private final List<ConsoleLine> console;
  private final NetworkLog network;
  private @Nullable String networkSubscription;
  private boolean isDark;

  private Browser(BrowserKind kind, BrowserEngine engine) {
    this.kind = kind;
    this.engine = engine;
    isFirstTab = true;
    console = new CopyOnWriteArrayList<>();
    network = new NetworkLog();
    engine.listen(this::event);
    profile = engine.command("browser.createUserContext", parameters()).getString("userContext");
    tab = newTab(engine, profile, false);
    runInEveryPage(PageScripts.REPORT_VIOLATIONS);
  }

  private Browser(Browser first, String tab) {
    kind = first.kind;
    engine = first.engine;
    profile = first.profile;
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

  /** A fresh profile in that browser, with one tab; of one kind, one at a time. */
  public static Browser start(BrowserKind kind) {
    return new Browser(kind, BrowserEngine.of(kind));
  }

  public static boolean isInstalled(BrowserKind kind) {
    return kind.isInstalled();
  }

  /**
   * Another tab of this browser, behind the others; {@link #close} closes it alone. What is said of
   * the console and the network is of all tabs together.
   */
  public Browser newTab() {
    return new Browser(this, newTab(engine, profile, true));
  }

  private static String newTab(BrowserEngine engine, String profile, boolean isBehind) {
    return engine
        .command(
            "browsingContext.create",
            parameters().add("type", "tab").add("userContext", profile).add("background", isBehind))
        .getString("context");
  }

  public boolean isFirst() {
    return isFirstTab;
  }

  /** Loads the page again; returns when it has loaded. */
  public void reload() {
    engine.command("browsingContext.reload", inTab().add("wait", "complete"));
  }

  /** Returns when the page has loaded; an event stream that it opens does not keep it loading. */
  public void open(URI uri) {
    try {
      engine.command(
          "browsingContext.navigate", inTab().add("url", uri.toString()).add("wait", "complete"));
    } catch (AssertionError e) {
      throw new AssertionError(uri + " has not loaded: " + whatItWaitsFor(), e);
    }
  }

  /** Returns how far the page has come, and which of its files have. */
  private String whatItWaitsFor() {
    try {
      return evaluate(
              "[location.href, document.readyState, performance.getEntriesByType('resource')"
                  + ".map(file => file.name + ' ' + file.responseStatus + ' ' + file.responseEnd)]")
          .toString();
    } catch (RuntimeException | AssertionError e) {
      return "the page does not say: " + e;
    }
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
  public void awaitText(String selector, String text) {
    await(
        selector + " has " + text,
        "document.querySelector(%s).textContent.includes(%s)"
            .formatted(Json.createValue(selector), Json.createValue(text)));
  }

  /** Waits until a page of the guide knows that it is in demo mode, and its controls act. */
  public void awaitControls() {
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
    try {
      engine.command(
          "input.performActions", inTab().add("actions", Json.createArrayBuilder().add(source)));
    } catch (AssertionError e) { // What the page shows tells a stuck browser from a wrong page.
      throw new AssertionError(
          "%s in %s%nPage: %s%nConsole: %s".formatted(e.getMessage(), kind, pageText(), console),
          e);
    }
  }

  public void viewport(int width, int height) {
    engine.command(
        "browsingContext.setViewport",
        inTab().add("viewport", parameters().add("width", width).add("height", height)));
  }

  /** What {@code prefers-color-scheme} says from now on. */
  public void darkTheme(boolean dark) {
    isDark = dark;
    if (kind == BrowserKind.CHROMIUM) {
      JsonObject feature =
          parameters()
              .add("name", "prefers-color-scheme")
              .add("value", dark ? "dark" : "light")
              .build();
      String session = engine.command("goog:cdp.getSession", inTab()).getString("session");
      engine.command(
          "goog:cdp.sendCommand",
          parameters()
              .add("session", session)
              .add("method", "Emulation.setEmulatedMedia")
              .add("params", parameters().add("features", Json.createArrayBuilder().add(feature))));
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
    JsonObject result = engine.command("browsingContext.captureScreenshot", inTab());
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
    if (!isFirstTab) {
      engine.command("browsingContext.close", inTab());
      return;
    }
    engine.listen(event -> {});
    scriptsOfEveryPage.forEach(
        name -> engine.command("script.removePreloadScript", parameters().add("script", name)));
    if (networkSubscription != null) {
      // What the next tests' pages load would keep the browser so busy that commands wait minutes.
      engine.unsubscribe(networkSubscription);
    }
    if (isDark && kind == BrowserKind.FIREFOX) {
      darkTheme(false); // which is the whole browser's, and the next test expects it light
    }
    engine.command("browser.removeUserContext", parameters().add("userContext", profile));
  }

  /** What a page's script threw. */
  static final class PageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PageError(String message) {
      super(message);
    }
  }

  /** From now on; what was asked for before is forgotten. */
  public NetworkLog watchTheNetwork() {
    if (networkSubscription == null) {
      networkSubscription = engine.subscribe(NetworkLog.EVENTS);
    }
    network.clear();
    return network;
  }

  /** Runs a JavaScript function in every page opened from now on, before the page's own scripts. */
  public void runInEveryPage(String function) {
    scriptsOfEveryPage.add(
        engine
            .command("script.addPreloadScript", parameters().add("functionDeclaration", function))
            .getString("script"));
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
    return engine
        .command("browsingContext.getTree", parameters.add("maxDepth", 0))
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
        engine.command(
            "script.evaluate",
            parameters()
                .add("expression", expression)
                .add("target", parameters().add("context", context))
                .add("awaitPromise", true)
                .add("userActivation", false));
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
