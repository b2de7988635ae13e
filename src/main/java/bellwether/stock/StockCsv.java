package bellwether.stock;

import bellwether.wire.DecimalText;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.reader.NamedCsvRecordHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Parses stocks from comma-separated values (RFC 4180) with a header line. */
public final class StockCsv {
  private static final Set<String> REQUIRED = Set.of("symbol", "name", "price", "quantity");
  private static final String CURRENCY = "currency";
  private static final Set<String> OPTIONAL = Set.of(CURRENCY, StockJson.UPDATED_AT);

  private StockCsv() {}

  /**
   * Adds an entry for each row.
   *
   * @throws IllegalArgumentException saying which row and field is wrong, and how
   */
  public static void parse(String text, StockEntries entries, Instant updatedAt) {
    CsvReader.CsvReaderBuilder format =
        CsvReader.builder()
            .extraFieldStrategy(FieldMismatchStrategy.STRICT)
            .missingFieldStrategy(FieldMismatchStrategy.STRICT)
            .allowUnclosedQuote(false);
    var handler = NamedCsvRecordHandler.builder().returnHeader(true).build();
    try (CsvReader<NamedCsvRecord> reader = format.build(handler, text)) {
      Iterator<NamedCsvRecord> rows = reader.iterator();
      requireHeader(rows.hasNext() ? rows.next().getHeader() : List.of());
      rows.forEachRemaining(
          row -> entries.add(row.getField("symbol"), symbol -> entry(symbol, row, updatedAt)));
    } catch (CsvParseException e) {
      throw new IllegalArgumentException("the body is not valid CSV: " + reason(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never, when reading from a string
    }
  }

  private static void requireHeader(List<String> header) {
    Set<String> missing = new HashSet<>(REQUIRED);
    header.forEach(missing::remove);
    boolean isStrange =
        !header.stream().allMatch(f -> REQUIRED.contains(f) || OPTIONAL.contains(f));
    if (!missing.isEmpty() || isStrange) {
      throw new IllegalArgumentException(
          "the header line must name symbol, name, price, quantity and perhaps currency, updatedAt");
    }
  }

  private static StockEntry entry(Symbol symbol, NamedCsvRecord row, Instant updatedAt) {
    String currency = row.findField(CURRENCY).filter(code -> !code.isEmpty()).orElse(null);
    return StockJson.entry(
        symbol,
        row.getField("name"),
        number(row, "price"),
        number(row, "quantity"),
        currency,
        updatedAt);
  }

  private static BigDecimal number(NamedCsvRecord row, String field) {
    BigDecimal number = DecimalText.parse(row.getField(field));
    if (number == null) {
      throw new IllegalArgumentException(field + " must be a number, such as 189.30");
    }
    return number;
  }

  private static String reason(CsvParseException e) {
    Throwable cause = e.getCause() instanceof CsvParseException inner ? inner : e;
    return String.valueOf(cause.getMessage());
  }
}
