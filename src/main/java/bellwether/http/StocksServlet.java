package bellwether.http;

import bellwether.stock.Stock;
import bellwether.stock.StockJson;
import bellwether.stock.StockRepository;
import bellwether.stock.Symbol;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The stock board: {@code /api/stocks} and {@code /api/stocks/{symbol}}. */
final class StocksServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Gate gate;
  private final transient StockRepository stocks;
  private final transient Runnable wakeFeed;
  private final int maxBodyBytes;
  private final transient InstantSource clock;

  /**
   * @param wakeFeed called after each change, once it is kept
   */
  StocksServlet(
      Gate gate, StockRepository stocks, Runnable wakeFeed, int maxBodyBytes, InstantSource clock) {
    this.gate = gate;
    this.stocks = stocks;
    this.wakeFeed = wakeFeed;
    this.maxBodyBytes = maxBodyBytes;
    this.clock = clock;
  }

  @Override
  String allowed(HttpServletRequest request) {
    return name(request) == null ? "GET, HEAD, OPTIONS" : "GET, HEAD, PUT, DELETE, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String name = name(request);
    String text =
        name == null
            ? StockJson.board(stocks.all(), clock.instant())
            : StockJson.text(find(symbol(name)));
    Answer.json(request, response, HttpServletResponse.SC_OK, text);
  }

  @Override
  void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String name = name(request);
    if (name == null) {
      super.put(request, response);
      return;
    }
    requirePublisher(request);
    Stock stock = stock(symbol(name), RequestBody.json(request, maxBodyBytes));
    boolean isNew = stocks.save(stock);
    wakeFeed.run();
    if (isNew) {
      String collection = request.getContextPath() + request.getServletPath();
      response.setHeader("Location", collection + '/' + stock.symbol());
    }
    int status = isNew ? HttpServletResponse.SC_CREATED : HttpServletResponse.SC_OK;
    Answer.json(request, response, status, StockJson.text(stock));
  }

  @Override
  void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String name = name(request);
    if (name == null) {
      super.delete(request, response);
      return;
    }
    requirePublisher(request);
    Symbol symbol = symbol(name);
    if (!stocks.delete(symbol)) {
      throw unknown(symbol);
    }
    wakeFeed.run();
    response.setHeader("Cache-Control", "no-store");
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  private void requirePublisher(HttpServletRequest request) {
    if (!gate.grantOf(request).mayPublish()) {
      throw HttpProblem.notGranted(request);
    }
  }

  private Stock find(Symbol symbol) {
    return stocks.find(symbol).orElseThrow(() -> unknown(symbol));
  }

  private Stock stock(Symbol symbol, JsonObject body) {
    try {
      return StockJson.parse(symbol, body, clock.instant());
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }

  private static HttpProblem unknown(Symbol symbol) {
    return new HttpProblem(404, "no stock " + symbol);
  }

  /** What follows the collection in the path; null for the collection itself. */
  private static @Nullable String name(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path == null || path.equals("/") ? null : path.substring(1);
  }

  private static Symbol symbol(String name) {
    if (name.indexOf('/') >= 0) {
      throw new HttpProblem(404, "there is nothing here");
    }
    try {
      return new Symbol(name);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }
}
