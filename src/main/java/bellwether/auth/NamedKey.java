package bellwether.auth;

import com.nimbusds.jose.JWSAlgorithm;
import java.security.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key together with its written id and algorithm. Its text does not show the key.
 *
 * @param id {@code kid}, by which tokens may name the key
 * @param algorithm the only algorithm that the key is meant for; null for any that fits
 * @param key secret, public or private
 */
record NamedKey(@Nullable String id, @Nullable JWSAlgorithm algorithm, Key key) {

  /** Returns the allowed algorithms that suit the key. */
  List<JWSAlgorithm> algorithms(Algorithms allowed) {
    List<JWSAlgorithm> fitting = allowed.fitting(key);
    return algorithm == null ? fitting : fitting.stream().filter(algorithm::equals).toList();
  }

  @Override
  public String toString() {
    return "NamedKey[not shown]";
  }
}
