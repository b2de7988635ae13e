package bellwether.exchange;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers to requests whose handling failed. */
final class Failures {
  private static final Logger logger = LoggerFactory.getLogger(ApiServlet.class);
  private static final Duration SOON = Duration.ofSeconds(5);

  private Failures() {}

  /**
   * Returns the answer to a request whose handling ended with this failure.
   *
   * @param request its method and its servlet's URL pattern, for the log: the URL may contain a
   *     token, or the key to a stream
   */
  static HttpProblem problemOf(Throwable failure, String request) {
    if (failure instanceof HttpProblem problem) {
      return problem;
    }
    if (failure instanceof SourceUnavailableException) {
      logger.debug("Answered 503", failure); // the feeds log the outage
      return HttpProblem.unavailable("the database is out of reach; try again", SOON);
    }
    if (failure instanceof LogUnavailableException) {
      logger.debug("Answered 503", failure); // the event log reports the failure
      return HttpProblem.unavailable("the event log accepts no events now; try again", SOON);
    }
    if (failure instanceof AppendInDoubtException) {
      logger.debug("Answered 503", failure); // as above
      return inDoubt();
    }
    logger.error("Could not answer {}", request, failure);
    return HttpProblem.ours();
  }

  /** Returns the answer to a publisher if it is unknown whether its events were kept. */
  static HttpProblem inDoubt() {
    return HttpProblem.unavailable(
        "the event log did not confirm in time, so the outcome is unknown;"
            + " repeated with the same Idempotency-Key it is one event in any case",
        SOON);
  }
}
