package bellwether.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StockTest {
  @ParameterizedTest
  @ValueSource(strings = {"A", "7", "AAPL", "BRK.B", "RDS-A", "0123456789ABCDEF"})
  void takesSymbols(String name) {
    assertThat(new Symbol(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "aapl",
        "A/B",
        "A\n",
        "Ä",
        "{A}",
        ".",
        "..",
        "-",
        "^",
        " A",
        "A ",
        "A  B",
        "A%B",
        "A\\B",
        "A\"B",
        "A;B",
        "A?B",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"
      })
  void refusesWhatIsNoSymbol(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Symbol(name))
        .withMessageStartingWith("symbol must be");
  }

  @ParameterizedTest
  @CsvSource({
    "^GSPC, %5EGSPC",
    "EURUSD=X, EURUSD%3DX",
    "BRK.B, BRK.B",
    "BTC-USD, BTC-USD",
    "7203.T, 7203.T",
    "M&M.NS, M%26M.NS",
    ".DJI, .DJI",
    "0#.SPX, 0%23.SPX",
    "NASDAQ:AAPL, NASDAQ%3AAAPL",
    "BRK B, BRK%20B",
    "AAPL260117C00150000, AAPL260117C00150000",
  })
  void takesASymbolAsExchangesWriteIt(String name, String inUrl) {
    assertThat(new Symbol(name).inUrl()).isEqualTo(inUrl);
    assertThat(StockFeed.topic(new Symbol(name)).name()).isEqualTo("stocks/" + inUrl);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "0e5, 0.00",
    "1.5, 1.50",
    "1.50000, 1.50",
    "189.3, 189.30",
    "1e3, 1000.00",
    "1E-8, 0.00000001",
    "0.123456780, 0.12345678",
    "0e1000000000, 0.00",
    "99999999999.99999999, 99999999999.99999999",
    "99999999999, 99999999999.00"
  })
  void keepsAPriceExactly(String given, String kept) {
    assertThat(priced(given).price().toPlainString()).isEqualTo(kept);
  }

  @Test
  void takesItsOwnPriceAgain() {
    BigDecimal price = priced("99999999999").price();

    assertThat(priced(price.toString()).price()).isEqualByComparingTo(price);
  }

  @Test
  void isEqualWhenTheAmountIs() {
    assertThat(priced("1.5")).isEqualTo(priced("1.500"));
  }

  @ParameterizedTest
  @CsvSource({
    "-0.01, price is negative",
    "0.000000001, price has more than 8 digits after the point",
    "100000000000, price has more than 11 digits before the point",
    "1e1000000000, price has more than 11 digits before the point",
    "1e2147483647, price has more than 11 digits before the point",
    "1e-1000000000, price has more than 8 digits after the point",
    "-1e1000000000, price is negative"
  })
  void refusesAPriceThatCannotBeKept(String price, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> priced(price)).withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\u0000", "a\nb", "a\u0085", "\ud800"})
  void refusesANameThatIsNone(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named(name))
        .withMessageStartingWith("name ");
  }

  @Test
  void takesANameOfTwoHundredCharactersAndNoMore() {
    assertThat(named("x".repeat(200)).name()).hasSize(200);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named("x".repeat(201)))
        .withMessage("name is longer than 200 characters");
  }

  @Test
  void refusesANegativeQuantity() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stock("X", "1", -1, Instant.EPOCH))
        .withMessage("quantity is negative");
  }

  @Test
  void saysTheSameWhenOnlyItsTimeDiffers() {
    Stock stock = stock("X", "1.50", 3, Instant.EPOCH);

    assertThat(stock.saysTheSameAs(stock("X", "1.5", 3, Instant.EPOCH.plusSeconds(1)))).isTrue();
    assertThat(stock.saysTheSameAs(stock("X", "1.51", 3, Instant.EPOCH))).isFalse();
    assertThat(stock.saysTheSameAs(stock("X", "1.50", 4, Instant.EPOCH))).isFalse();
    assertThat(stock.saysTheSameAs(stock("Y", "1.50", 3, Instant.EPOCH))).isFalse();
    assertThat(stock.saysTheSameAs(stock.in(Currency.getInstance("EUR")))).isFalse();
  }

  static Stock stock(String symbol, String price, long quantity, Instant updatedAt) {
    return new Stock(new Symbol(symbol), "A name", new BigDecimal(price), quantity, updatedAt);
  }

  private static Stock priced(String price) {
    return stock("X", price, 1, Instant.EPOCH);
  }

  private static Stock named(String name) {
    return new Stock(new Symbol("X"), name, BigDecimal.ONE, 1, Instant.EPOCH);
  }
}
