package bellwether.stock;

import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Input;
import bellwether.exchange.Query;
import bellwether.exchange.RequestBody;
import bellwether.stock.StockRepository.Imported;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resource {@code /api/stocks}: GET lists all stocks, in pages on request; PUT saves many
 * stocks at once.
 */
final class StockBoard {
  private static final int MAX_PAGE = 5000;
  private static final List<String> BULK_TYPES = List.of(RequestBody.JSON, RequestBody.CSV);

  private static final FieldNames PARAMETERS = FieldNames.of("limit", "after");

  /** The members of a GET's answer besides the stocks; an import ignores them. */
  private static final Set<String> AROUND_LIST = Set.of("timestamp", "next");

  private final StockRepository stocks;
  private final Runnable wakeFeed;
  private final InstantSource clock;
  private final Exchanges exchanges;

  StockBoard(StockRepository stocks, Runnable wakeFeed, InstantSource clock, Exchanges exchanges) {
    this.stocks = stocks;
    this.wakeFeed = wakeFeed;
    this.clock = clock;
    this.exchanges = exchanges;
  }

  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    PARAMETERS.requireInQuery(request);
    String limit = Query.one(request, "limit");
    String after = Query.one(request, "after");
    exchanges.inTurn(
        () -> {
          String text =
              limit == null && after == null
                  ? StockJson.board(stocks.all(), clock.instant())
                  : page(request, response, after);
          exchanges.json(request, response, HttpServletResponse.SC_OK, text);
        });
  }

  void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String type = RequestBody.typeOf(request, BULK_TYPES);
    exchanges.withBody(
        request, response, body -> save(entries(type, body).all(), request, response));
  }

  private void save(
      List<StockEntry> entries, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Imported imported = stocks.saveAll(entries);
    wakeFeed.run();
    String text =
        "{\"created\":" + imported.created() + ",\"replaced\":" + imported.replaced() + "}";
    exchanges.json(request, response, HttpServletResponse.SC_OK, text);
  }

  private String page(
      HttpServletRequest request, HttpServletResponse response, @Nullable String after) {
    int limit = Query.count(request, "limit", MAX_PAGE, MAX_PAGE);
    List<Stock> found =
        stocks.page(after == null ? null : Input.valid(() -> new Symbol(after)), limit + 1);
    if (found.size() <= limit) {
      return StockJson.page(found, clock.instant(), null);
    }
    List<Stock> page = found.subList(0, limit);
    Symbol next = page.get(limit - 1).symbol();
    // Relative to the requested URL, so it is right behind any proxy and context path.
    response.setHeader("Link", "<?limit=" + limit + "&after=" + next.inUrl() + ">; rel=\"next\"");
    return StockJson.page(page, clock.instant(), next);
  }

  private StockEntries entries(String type, RequestBody body) {
    StockEntries entries = new StockEntries();
    Instant now = clock.instant();
    if (type.equals(RequestBody.CSV)) {
      String text = body.text();
      Input.check(() -> StockCsv.parse(text, entries, now));
    } else {
      body.jsonArrayOrObject(
          "stocks",
          AROUND_LIST,
          element -> Input.check(() -> StockJson.parse(element, entries, now)));
    }
    return entries;
  }
}
