package bellwether.stock;

import bellwether.access.Gate;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Query;
import bellwether.topic.Topic;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /api/stocks} and the paths below it: the stock board, with checks of who
 * may change it.
 */
public final class StocksServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final String PRICES = "prices"; // not a symbol: those have no lower-case letters
  private static final FieldNames PRICES_PARAMETERS = FieldNames.of("limit");
  private static final FieldNames FIELDS =
      FieldNames.of("symbol", "name", "price", "quantity", "currency", "updatedAt");
  private static final int DEFAULT_PRICES = 120;
  private static final int DEFAULT_PRICES_OF_ALL = 60;
  private static final int MAX_PRICES_OF_ALL = 120; // so that no answer fills the memory

  private final transient Gate gate;
  private final transient StockRepository stocks;
  private final transient JdbcPriceHistory history;
  private final transient Exchanges exchanges;
  private final transient StockBoard board;
  private final transient StockResource resource;

  /**
   * @param wakeFeed called after each change, once it is kept
   */
  public StocksServlet(
      Gate gate,
      StockRepository stocks,
      JdbcPriceHistory history,
      Runnable wakeFeed,
      Exchanges exchanges,
      InstantSource clock) {
    this.gate = gate;
    this.stocks = stocks;
    this.history = history;
    this.exchanges = exchanges;
    this.board = new StockBoard(stocks, wakeFeed, clock, exchanges);
    this.resource = new StockResource(stocks, wakeFeed, clock, exchanges);
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    String path = path(request);
    if (path == null) {
      return "GET, HEAD, PUT, OPTIONS";
    }
    return isOfPrices(path) ? "GET, HEAD, OPTIONS" : "GET, HEAD, PUT, DELETE, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = path(request);
    if (path == null) {
      board.get(request, response);
    } else if (isOfPrices(path)) {
      exchanges.inTurn(
          () ->
              exchanges.json(request, response, HttpServletResponse.SC_OK, prices(path, request)));
    } else {
      resource.get(symbol(path), request, response);
    }
  }

  @Override
  protected void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = path(request);
    if (path == null) {
      requireWriter(request, StockTopics.BOARD);
      FIELDS.requireNoneInQuery(request);
      board.put(request, response);
    } else if (isOfPrices(path)) {
      super.put(request, response);
    } else {
      requireWriter(request, StockFeed.topic(symbol(path)));
      FIELDS.requireNoneInQuery(request);
      resource.put(symbol(path), request, response);
    }
  }

  @Override
  protected void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = path(request);
    if (path == null || isOfPrices(path)) {
      super.delete(request, response);
      return;
    }
    requireWriter(request, StockFeed.topic(symbol(path)));
    resource.delete(symbol(path), request, response);
  }

  /**
   * Checks that the request may change what the topic shows: a client that may publish to a stock's
   * topic may change that stock; one that may publish to the board's topic may import stocks.
   */
  private void requireWriter(HttpServletRequest request, Topic topic) {
    Gate.require(request, gate.grantOf(request).mayPublish(List.of(topic)));
  }

  private String prices(String path, HttpServletRequest request) {
    PRICES_PARAMETERS.requireInQuery(request);
    if (path.equals(PRICES)) {
      int limit = Query.count(request, "limit", MAX_PRICES_OF_ALL, DEFAULT_PRICES_OF_ALL);
      return StockJson.prices(history.ofAll(limit));
    }
    Symbol symbol = symbol(path.substring(0, path.length() - PRICES.length() - 1));
    int limit = Query.count(request, "limit", JdbcPriceHistory.KEPT, DEFAULT_PRICES);
    Stock stock = stocks.find(symbol).orElseThrow(() -> StockResource.unknown(symbol));
    return StockJson.prices(stock, history.of(symbol, limit));
  }

  private static boolean isOfPrices(String path) {
    return path.equals(PRICES) || path.endsWith('/' + PRICES);
  }

  /** Returns the path below the collection; null for the collection itself. */
  private static @Nullable String path(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path == null || path.equals("/") ? null : path.substring(1);
  }

  private static Symbol symbol(String name) {
    if (name.indexOf('/') >= 0) {
      throw HttpProblem.nothingHere();
    }
    return Input.valid(() -> new Symbol(name));
  }
}
