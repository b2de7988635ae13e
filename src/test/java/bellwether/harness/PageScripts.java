package bellwether.harness;

import jakarta.json.Json;

/** The JavaScript that {@link Browser} runs in pages: all of it expressions. */
public final class PageScripts {
  /**
   * Browsers keep violations of a page's security policy out of the log that BiDi shows, or word
   * them each in its own way; so the page itself writes them there.
   */
  static final String REPORT_VIOLATIONS =
      """
      () => addEventListener('securitypolicyviolation', violation => console.error(
          `CSP: ${violation.effectiveDirective} forbids ${violation.blockedURI}`
              + ` at ${violation.sourceFile}:${violation.lineNumber}`))
      """;

  private PageScripts() {}

  /** Lines of their own, so that an expression may end with a comment. */
  static String asJson(String expression) {
    return "(async () => JSON.stringify((await (\n" + expression + "\n)) ?? null))()";
  }

  /** The first match; when there is none, an error that says for which selector. */
  public static String find(String selector) {
    return """
    (selector => document.querySelector(selector)
        ?? (() => { throw new Error('No element ' + selector); })())(%s)"""
        .formatted(Json.createValue(selector));
  }

  /** Scrolls to the first match, and on while a scroll or an animation under way moves it off. */
  static String inView(String selector) {
    return """
    (async element => {
      const top = () => element.getBoundingClientRect().top;
      for (let frames = 0, last = NaN; last !== top() && frames < 300; frames++) {
        element.scrollIntoView({block: 'center', behavior: 'instant'});
        last = top();
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
      }
      return element;
    })(%s)"""
        .formatted(find(selector));
  }

  /**
   * True as soon as the condition is truthy; when time is up, what it last was or threw. Never
   * takes long, because a page that is left may take the answer with it.
   */
  static String untilTruthy(String condition, long millis) {
    return """
    (async () => {
      const deadline = performance.now() + Math.min(%d, 2000);
      for (let last = false; ; await new Promise(resume => setTimeout(resume, 10))) {
        try {
          last = Boolean(await (
            %s
          ));
        } catch (error) {
          last = String(error);
        }
        if (last === true || performance.now() > deadline) {
          return last;
        }
      }
    })()"""
        .formatted(millis, condition);
  }
}
