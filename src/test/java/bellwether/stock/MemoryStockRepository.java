package bellwether.stock;

import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Stocks in a map, for tests that want many changes fast. */
class MemoryStockRepository implements StockRepository {
  private final NavigableMap<Symbol, Stock> stocks = new TreeMap<>();
  private boolean isAway;

  void setAway(boolean away) {
    isAway = away;
  }

  @Override
  public List<Row<String, Stock>> rows() {
    return stocks().values().stream()
        .<Row<String, Stock>>map(stock -> new Row.Whole<>(stock.symbol().name(), stock))
        .toList();
  }

  @Override
  public List<Stock> page(@Nullable Symbol after, int limit) {
    var rest = after == null ? stocks() : stocks().tailMap(after, false);
    return rest.values().stream().limit(limit).toList();
  }

  @Override
  public Optional<Stock> find(Symbol symbol) {
    return Optional.ofNullable(stocks().get(symbol));
  }

  boolean save(Stock stock) {
    return stocks().put(stock.symbol(), stock) == null;
  }

  @Override
  public boolean add(Stock stock) {
    return stocks().putIfAbsent(stock.symbol(), stock) == null;
  }

  @Override
  public boolean replace(Stock before, Stock after) {
    return stocks().replace(before.symbol(), before, after);
  }

  @Override
  public Imported saveAll(List<StockEntry> entries) {
    int created = 0;
    for (StockEntry entry : entries) {
      created += save(find(entry.symbol()).map(entry::over).orElse(entry.stock())) ? 1 : 0;
    }
    return new Imported(created, entries.size() - created);
  }

  @Override
  public boolean delete(Symbol symbol) {
    return stocks().remove(symbol) != null;
  }

  @Override
  public boolean delete(Stock before) {
    return stocks().remove(before.symbol(), before);
  }

  private NavigableMap<Symbol, Stock> stocks() {
    if (isAway) {
      throw new SourceUnavailableException("the map", new IllegalStateException("away"));
    }
    return stocks;
  }
}
