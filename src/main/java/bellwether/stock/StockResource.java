package bellwether.stock;

import bellwether.exchange.Answer;
import bellwether.exchange.EntityTag;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Preconditions;
import bellwether.exchange.RequestBody;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The resource {@code /api/stocks/{symbol}}: reads, saves and deletes one stock, with
 * preconditions.
 */
final class StockResource {
  /*
   * A stock's entity tag is computed from the text of the answer, as a strong tag requires. The
   * text includes the time of the last change, so a change that was undone is noticed. Sending
   * known data again is not a change, so everybody's tags stay valid.
   *
   * A change reads the row, checks the request's preconditions, and writes if the database finds
   * the row still as it was read. If it is not, the change reads and checks again.
   */
  private static final int ATTEMPTS = 20; // each one failed because of another change in between

  private final StockRepository stocks;
  private final Runnable wakeFeed;
  private final InstantSource clock;
  private final Exchanges exchanges;

  StockResource(
      StockRepository stocks, Runnable wakeFeed, InstantSource clock, Exchanges exchanges) {
    this.stocks = stocks;
    this.wakeFeed = wakeFeed;
    this.clock = clock;
    this.exchanges = exchanges;
  }

  void get(Symbol symbol, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Stock stock = stocks.find(symbol).orElseThrow(() -> unknown(symbol));
    String text = StockJson.text(stock);
    String tag = EntityTag.of(text);
    response.setHeader("ETag", tag);
    if (Preconditions.of(request).isKnown(tag)) {
      response.setHeader("Cache-Control", Answer.REVALIDATE);
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    Answer.revalidated(request, response, text);
  }

  void put(Symbol symbol, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Preconditions conditions = Preconditions.of(request);
    RequestBody.requireJson(request);
    exchanges.withBody(
        request, response, body -> put(entry(symbol, body), symbol, conditions, request, response));
  }

  private void put(
      StockEntry entry,
      Symbol symbol,
      Preconditions conditions,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Stock> before = stocks.find(symbol);
      conditions.require(before.map(StockResource::tag).orElse(null));
      Stock after = before.map(entry::over).orElse(entry.stock());
      if (before.isEmpty() ? stocks.add(after) : isReplaced(before.get(), after)) {
        wakeFeed.run();
        answer(before.isEmpty(), after, request, response);
        return;
      }
    }
    throw tooBusy(symbol);
  }

  void delete(Symbol symbol, HttpServletRequest request, HttpServletResponse response) {
    Preconditions conditions = Preconditions.of(request);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Stock> before = stocks.find(symbol);
      if (before.isEmpty() && (conditions.areOfSomethingSeen() || !stocks.delete(symbol))) {
        throw unknown(symbol);
      }
      before.ifPresent(stock -> conditions.require(tag(stock)));
      // If none was found and yet one was deleted, it was a broken row that another program wrote.
      if (before.isEmpty() || stocks.delete(before.get())) {
        wakeFeed.run();
        response.setHeader("Cache-Control", Answer.DO_NOT_STORE);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        return;
      }
    }
    throw tooBusy(symbol);
  }

  static HttpProblem unknown(Symbol symbol) {
    return new HttpProblem(404, "no stock " + symbol);
  }

  private boolean isReplaced(Stock before, Stock after) {
    return after.equals(before) || stocks.replace(before, after);
  }

  private StockEntry entry(Symbol symbol, RequestBody body) {
    JsonObject json = body.json();
    return Input.valid(() -> StockJson.parse(symbol, json, clock.instant()));
  }

  private void answer(
      boolean isNew, Stock stock, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (isNew) {
      String collection = request.getContextPath() + request.getServletPath();
      response.setHeader("Location", collection + '/' + stock.symbol().inUrl());
    }
    String text = StockJson.text(stock);
    response.setHeader("ETag", EntityTag.of(text));
    int status = isNew ? HttpServletResponse.SC_CREATED : HttpServletResponse.SC_OK;
    exchanges.json(request, response, status, text);
  }

  private static String tag(Stock stock) {
    return EntityTag.of(StockJson.text(stock));
  }

  private static HttpProblem tooBusy(Symbol symbol) {
    return new HttpProblem(
        503, symbol + " changes too often just now; try again", Map.of("Retry-After", "1"));
  }
}
