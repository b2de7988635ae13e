package bellwether.auth;

import com.nimbusds.jose.JWSAlgorithm;
import java.security.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key and what has been written down with it. It does not show itself.
 *
 * @param id {@code kid}, which tokens may name it by
 * @param algorithm the only one that it is meant for; null for any that fits
 * @param key secret, public or private
 */
record NamedKey(@Nullable String id, @Nullable JWSAlgorithm algorithm, Key key) {

  /** The algorithms out of these that it may be used with. */
  List<JWSAlgorithm> algorithms(Algorithms allowed) {
    List<JWSAlgorithm> fitting = allowed.fitting(key);
    return algorithm == null ? fitting : fitting.stream().filter(algorithm::equals).toList();
  }

  @Override
  public String toString() {
    return "NamedKey[not shown]";
  }
}
