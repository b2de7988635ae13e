package bellwether.topic;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the components in a URL pattern that is one text (URL Pattern, section 1.6). */
final class PatternSplitter {
  /**
   * The component that is being read, in the order of a URL; until the end of the scheme is seen,
   * it is not known.
   */
  private enum State {
    START(null),
    PROTOCOL(UrlComponent.PROTOCOL),
    AUTHORITY(null),
    USERNAME(UrlComponent.USERNAME),
    PASSWORD(UrlComponent.PASSWORD),
    HOSTNAME(UrlComponent.HOSTNAME),
    PORT(UrlComponent.PORT),
    PATHNAME(UrlComponent.PATHNAME),
    SEARCH(UrlComponent.SEARCH),
    HASH(UrlComponent.HASH),
    DONE(null);

    private final @Nullable UrlComponent component;

    State(@Nullable UrlComponent component) {
      this.component = component;
    }
  }

  private final String text;
  private final int maxCost;
  private final List<PatternToken> tokens;
  private final Map<UrlComponent, String> components = new EnumMap<>(UrlComponent.class);
  private State state = State.START;
  private int start; // where the component starts
  private int index;
  private int step;
  private int groups; // open around the index
  private int brackets; // open around the index
  private boolean isSpecial;

  private PatternSplitter(String text, int maxCost) {
    this.text = text;
    this.maxCost = maxCost;
    this.tokens = PatternToken.in(text, true);
  }

  /**
   * Returns the patterns of the components that the text mentions.
   *
   * @param maxCost the most states that the whole pattern may have
   */
  static Map<UrlComponent, String> split(String text, int maxCost) {
    PatternSplitter splitter = new PatternSplitter(text, maxCost);
    while (splitter.state != State.DONE) {
      splitter.step = 1;
      splitter.next();
      splitter.index += splitter.step;
    }
    if (splitter.components.containsKey(UrlComponent.HOSTNAME)) {
      splitter.components.putIfAbsent(UrlComponent.PORT, "");
    }
    return splitter.components;
  }

  private void next() {
    TokenType type = tokens.get(index).type();
    if (type == TokenType.END) {
      end();
    } else if (type == TokenType.OPEN) {
      groups++;
    } else if (type == TokenType.CLOSE && groups > 0) {
      groups--;
    } else if (groups == 0) {
      read();
    }
  }

  private void end() {
    if (state == State.START) { // no scheme was found: the pattern is relative
      goBack(State.START);
      if (isChar("#")) {
        become(State.HASH, 1);
      } else if (isSearchMark()) {
        become(State.SEARCH, 1);
      } else {
        become(State.PATHNAME, 0);
      }
    } else if (state == State.AUTHORITY) { // no user was found
      goBack(State.HOSTNAME);
    } else {
      become(State.DONE, 0);
    }
  }

  private void read() {
    switch (state) {
      case START -> {
        if (isChar(":")) {
          goBack(State.PROTOCOL);
        }
      }
      case PROTOCOL -> {
        if (isChar(":")) {
          endProtocol();
        }
      }
      case AUTHORITY -> {
        if (isChar("@")) {
          goBack(State.USERNAME);
        } else if (isChar("/") || isSearchMark() || isChar("#")) {
          goBack(State.HOSTNAME);
        }
      }
      case USERNAME -> {
        if (isChar(":")) {
          become(State.PASSWORD, 1);
        } else if (isChar("@")) {
          become(State.HOSTNAME, 1);
        }
      }
      case PASSWORD -> {
        if (isChar("@")) {
          become(State.HOSTNAME, 1);
        }
      }
      case HOSTNAME -> {
        if (isChar("[")) {
          brackets++;
        } else if (isChar("]")) {
          brackets--;
        } else if (isChar(":") && brackets == 0) {
          become(State.PORT, 1);
        } else {
          endBefore(State.PATHNAME);
        }
      }
      case PORT -> endBefore(State.PATHNAME);
      case PATHNAME -> endBefore(State.SEARCH);
      case SEARCH -> endBefore(State.HASH);
      case HASH, DONE -> {}
    }
  }

  /** Ends the component at the start of this one, or of a later one. */
  private void endBefore(State first) {
    if (first == State.PATHNAME && isChar("/")) {
      become(State.PATHNAME, 0);
    } else if (first != State.HASH && isSearchMark()) {
      become(State.SEARCH, 1);
    } else if (isChar("#")) {
      become(State.HASH, 1);
    }
  }

  private void endProtocol() {
    String protocol = text.substring(tokens.get(start).index(), tokens.get(index).index());
    isSpecial = UrlPattern.mayBeSpecial(UrlPattern.protocol(protocol, maxCost));
    if (isChar(index + 1, "/") && isChar(index + 2, "/")) {
      become(State.AUTHORITY, 3);
    } else {
      become(isSpecial ? State.AUTHORITY : State.PATHNAME, 1);
    }
  }

  private void become(State next, int skipped) {
    if (state.component != null) {
      String part = text.substring(tokens.get(start).index(), tokens.get(index).index());
      components.put(state.component, part);
    }
    if (state != State.START && next != State.DONE) {
      passBy(State.HOSTNAME, "", next);
      passBy(State.PATHNAME, isSpecial ? "/" : "", next);
      passBy(State.SEARCH, "", next);
    }
    state = next;
    index += skipped;
    start = index;
    step = 0;
  }

  /**
   * Sets the pattern of a component that the text skips before a later one, so that it does not
   * match everything.
   */
  private void passBy(State passed, String pattern, State next) {
    if (passed.component != null && state.compareTo(passed) < 0 && next.compareTo(passed) > 0) {
      components.putIfAbsent(passed.component, pattern);
    }
  }

  private void goBack(State next) {
    state = next;
    index = start;
    step = 0;
  }

  private boolean isChar(String value) {
    return isChar(index, value);
  }

  private boolean isChar(int at, String value) {
    PatternToken token = tokens.get(Math.min(at, tokens.size() - 1));
    return token.value().equals(value)
        && (token.type() == TokenType.CHAR
            || token.type() == TokenType.ESCAPED
            || token.type() == TokenType.INVALID);
  }

  /**
   * Returns whether a question mark here starts the query, and does not make the part before it
   * optional.
   */
  private boolean isSearchMark() {
    if (isChar("?")) {
      return true;
    }
    if (!tokens.get(index).value().equals("?")) {
      return false;
    }
    return index == 0
        || switch (tokens.get(index - 1).type()) {
          case NAME, REGEXP, CLOSE, ASTERISK -> false;
          default -> true;
        };
  }
}
