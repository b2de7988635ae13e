package bellwether.stock;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The stocks that a demo begins with: well-known names at plausible prices. */
final class WellKnownStocks {
  private WellKnownStocks() {}

  static List<Stock> at(Instant time) {
    return Stream.of(
            line("AAPL", "Apple Inc.", "189.30", 120, time),
            line("ADBE", "Adobe Inc.", "476.20", 60, time),
            line("AMD", "Advanced Micro Devices, Inc.", "158.40", 140, time),
            line("AMZN", "Amazon.com, Inc.", "186.70", 170, time),
            line("ASML", "ASML Holding N.V.", "872.50", 45, time),
            line("AVGO", "Broadcom Inc.", "172.90", 110, time),
            line("BA", "The Boeing Company", "178.60", 80, time),
            line("BRK.B", "Berkshire Hathaway Inc.", "446.10", 65, time),
            line("CAT", "Caterpillar Inc.", "352.80", 70, time),
            line("COST", "Costco Wholesale Corporation", "884.30", 40, time),
            line("CSCO", "Cisco Systems, Inc.", "50.20", 220, time),
            line("DIS", "The Walt Disney Company", "96.40", 150, time),
            line("GOOGL", "Alphabet Inc.", "166.50", 160, time),
            line("IBM", "International Business Machines Corporation", "202.70", 90, time),
            line("INTC", "Intel Corporation", "31.40", 250, time),
            line("JNJ", "Johnson & Johnson", "158.20", 130, time),
            line("JPM", "JPMorgan Chase & Co.", "211.60", 100, time),
            line("KO", "The Coca-Cola Company", "68.90", 240, time),
            line("MCD", "McDonald's Corporation", "288.40", 75, time),
            line("META", "Meta Platforms, Inc.", "512.80", 85, time),
            line("MSFT", "Microsoft Corporation", "417.30", 115, time),
            line("NFLX", "Netflix, Inc.", "674.10", 55, time),
            line("NKE", "NIKE, Inc.", "82.30", 145, time),
            line("NVDA", "NVIDIA Corporation", "121.70", 230, time),
            line("ORCL", "Oracle Corporation", "139.50", 125, time),
            line("PFE", "Pfizer Inc.", "28.60", 260, time),
            line("SAP", "SAP SE", "214.90", 95, time),
            line("TSLA", "Tesla, Inc.", "219.80", 135, time),
            line("V", "Visa Inc.", "274.50", 105, time),
            line("WMT", "Walmart Inc.", "71.20", 210, time))
        .toList();
  }

  private static Stock line(String symbol, String name, String price, long quantity, Instant time) {
    return new Stock(new Symbol(symbol), name, new BigDecimal(price), quantity, time);
  }
}
