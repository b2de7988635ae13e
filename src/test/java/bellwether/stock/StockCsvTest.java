package bellwether.stock;

import static bellwether.stock.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StockCsvTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");
  private static final String HEADER = "symbol,name,price,quantity\r\n";

  @Test
  void readsRowsWithQuotesAndLineEndsOfEveryKind() {
    List<StockEntry> entries =
        parse(HEADER + "A,A name,1.5,2\r\nB,\"B, \"\"quoted\"\"\",0.00000001,0\nC,C,1,1");

    assertThat(entries)
        .extracting(StockEntry::stock)
        .containsExactly(
            stock("A", "1.50", 2, TIME),
            new Stock(new Symbol("B"), "B, \"quoted\"", new BigDecimal("0.00000001"), 0, TIME),
            new Stock(new Symbol("C"), "C", BigDecimal.ONE, 1, TIME));
    assertThat(entries).noneMatch(StockEntry::saysCurrency);
  }

  @Test
  void takesTheColumnsInAnyOrder() {
    List<StockEntry> entries =
        parse("currency,quantity,price,name,symbol\nEUR,2,1.5,A name,A\n,2,1.5,A name,B\n");

    assertThat(entries)
        .containsExactly(
            new StockEntry(stock("A", "1.5", 2, TIME).in(Currency.getInstance("EUR")), true),
            new StockEntry(stock("B", "1.5", 2, TIME), false));
  }

  @Test
  void passesOverWhenARowWasChangedLast() {
    assertThat(parse("symbol,name,price,quantity,updatedAt\nA,A name,1.5,2,2020-01-01T00:00:00Z\n"))
        .extracting(StockEntry::stock)
        .containsExactly(stock("A", "1.50", 2, TIME));
  }

  @Test
  void readsNoRows() {
    assertThat(parse(HEADER)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A,x,1,1;a,x,1,1            | row 2: symbol must be 1 to 32",
        "A,x,1,1;A,x,1,1            | row 2 (A): the symbol is given twice",
        "A,x,-1,1                   | row 1 (A): price is negative",
        "A,x,1.e3,1                 | row 1 (A): price must be a number, such as 189.30",
        "A,x,,1                     | row 1 (A): price must be a number, such as 189.30",
        "A,x,1,1.5                  | row 1 (A): quantity must be a whole number",
        "A,x,1,9223372036854775808  | row 1 (A): quantity must be a whole number",
        "A,,1,1                     | row 1 (A): name is empty",
        "A,x,1                      | the body is not valid CSV",
        "A,x,1,1,1                  | the body is not valid CSV",
        "A,\"x,1,1                  | the body is not valid CSV",
        "A,\"x\"y,1,1               | the body is not valid CSV",
      })
  void namesTheRowThatIsWrong(String rows, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(HEADER + rows.replace(";", "\r\n")))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "symbol,name,price",
        "symbol,name,price,quantity,more",
        "symbol;name;price;quantity",
        "AAPL,Apple Inc.,189.30,120"
      })
  void needsTheHeaderLine(String header) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(header + "\nA,x,1,1"))
        .withMessage(
            "the header line must name symbol, name, price, quantity and perhaps currency,"
                + " updatedAt");
  }

  @Test
  void isNotEmpty() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(""))
        .withMessageStartingWith("the header line must name");
  }

  @Test
  void takesEachColumnOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("symbol,name,price,quantity,price\nA,x,1,1,2"))
        .withMessageStartingWith("the body is not valid CSV");
  }

  @Test
  void survivesEndlessNumbersAndFields() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(HEADER + "A,x," + "9".repeat(900_000) + ",1"))
        .withMessageStartingWith("row 1 (A): price must be a number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(HEADER + ",".repeat(900_000)))
        .withMessageStartingWith("the body is not valid CSV");
  }

  @Test
  void takesTenThousandRowsAndNoMore() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < StockEntries.MAX; i++) {
      text.append('S').append(i).append(",x,1,1\n");
    }
    assertThat(parse(text.toString())).hasSize(10_000);

    text.append("LAST,x,1,1\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(text.toString()))
        .withMessage("there are more than 10000 rows");
  }

  private static List<StockEntry> parse(String text) {
    StockEntries entries = new StockEntries();
    StockCsv.parse(text, entries, TIME);
    return entries.all();
  }
}
