package bellwether.harness;

import jakarta.json.JsonString;
import java.net.URI;
import java.util.List;

/**
 * A tab with a client of the module. What the client hears is kept by the tab beyond a reload, in
 * the order in which it came.
 */
public final class ClientTab implements AutoCloseable {
  /** Text, so that nothing but the client asks the server for anything. */
  private static final String PAGE = "js/severity.js";

  private static final String OPEN =
      """
      import('./bellwether-client.js').then(({BellwetherClient}) => {
        window.client = new BellwetherClient('../events', {maxRetry: 500, ...%s});
        const keep = (type, data) =>
            sessionStorage.setItem(`told ${sessionStorage.length}`, `${type}${data}`);
        keep('life ', performance.timeOrigin);
        window.errors = [];
        client.onerror = ({message}) => errors.push(message);
        client.onmessage = ({data}) => keep('', data);
        client.addEventListener('state', ({data}) => keep('state ', data));
        client.addEventListener('gap', ({data}) => keep('gap ', data));
      })
      """;

  /** In the order of their numbers; the client's own entry is not one of them. */
  private static final String TOLD =
      """
      Object.keys(sessionStorage).filter(key => key.startsWith('told '))
          .map(key => [Number(key.slice(5)), sessionStorage.getItem(key)])
          .sort(([a], [b]) => a - b).map(([, text]) => text)
      """;

  private final Browser tab;
  private final String options;
  private final URI page;

  /**
   * Opens the client.
   *
   * @param server with its context path and a slash at its end
   * @param options of the client, as JavaScript
   */
  public ClientTab(Browser tab, URI server, String options) {
    this.tab = tab;
    this.options = options;
    this.page = server.resolve(PAGE);
    tab.open(page);
    tab.evaluate("void sessionStorage.clear()");
    tab.evaluate(OPEN.formatted(options));
  }

  public void reload() {
    tab.reload();
    tab.evaluate(OPEN.formatted(options));
  }

  /** From another page. */
  public void openAgain() {
    tab.open(page);
    tab.evaluate(OPEN.formatted(options));
  }

  /** Data of events without a type as they are, others with their type before it. */
  public List<String> told() {
    return lives().stream().filter(text -> !text.startsWith("life ")).toList();
  }

  /** The same, with a line that begins with {@code life} where the page was loaded. */
  public List<String> lives() {
    return tab.evaluate(TOLD).asJsonArray().getValuesAs(JsonString::getString);
  }

  public void await(String what, String condition) {
    tab.await(what, condition);
  }

  public void awaitEvent(String text) {
    try {
      tab.await(text, "Object.values(sessionStorage).includes('" + text + "')");
    } catch (AssertionError e) {
      throw new AssertionError("Not told " + text + ": " + this, e);
    }
  }

  /** How the client stands. */
  @Override
  public String toString() {
    return tab.evaluate(
            "[client.state, client.isLeading, client.lastEventId, client.url, errors.slice(-5)]")
        .toString();
  }

  /** Does nothing else for so long, but not yet when this returns. */
  public void beBusy(int millis) {
    tab.evaluate(
        "void setTimeout(() => { for (const end = Date.now() + %d; Date.now() < end;); })"
            .formatted(millis));
  }

  public boolean isLeading() {
    return tab.evaluate("client.isLeading").toString().equals("true");
  }

  public Browser browser() {
    return tab;
  }

  /** Closes the client, and its tab if it is not the browser's first. */
  @Override
  public void close() {
    tab.evaluate("void client.close()");
    if (!tab.isFirst()) {
      tab.close();
    }
  }
}
