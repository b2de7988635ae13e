package bellwether.stock;

import bellwether.hub.SourceUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Stocks in a map, for tests that want many changes fast. */
final class MemoryStockRepository implements StockRepository {
  private final Map<Symbol, Stock> stocks = new TreeMap<>();
  private boolean isAway;

  void setAway(boolean away) {
    isAway = away;
  }

  @Override
  public List<Stock> all() {
    return List.copyOf(stocks().values());
  }

  @Override
  public Optional<Stock> find(Symbol symbol) {
    return Optional.ofNullable(stocks().get(symbol));
  }

  @Override
  public boolean save(Stock stock) {
    return stocks().put(stock.symbol(), stock) == null;
  }

  @Override
  public boolean replace(Stock before, Stock after) {
    return find(before.symbol()).filter(before::saysTheSameAs).isPresent() && !save(after);
  }

  @Override
  public boolean delete(Symbol symbol) {
    return stocks().remove(symbol) != null;
  }

  private Map<Symbol, Stock> stocks() {
    if (isAway) {
      throw new SourceUnavailableException("the map", new IllegalStateException("away"));
    }
    return stocks;
  }
}
