package bellwether;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The picture of {@code src/site/markdown/architecture.md}; where they differ, this one is right.
 */
@AnalyzeClasses(packages = "bellwether", importOptions = DoNotIncludeTests.class)
class PackageDependenciesTest {

  /** What a feature may use that publishes the changes of a table. */
  private static final Set<String> TABLE_FEATURE =
      Set.of("access", "exchange", "auth", "feed", "hub", "eventlog", "topic", "table", "wire");

  /** What each room may use, besides itself; {@code app} joins all of them. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry("wire", Set.of()),
          entry("config", Set.of()),
          entry("disk", Set.of()),
          entry("table", Set.of()),
          entry("launch", Set.of("config")),
          entry("topic", Set.of("wire")),
          entry("auth", Set.of("topic", "wire", "disk")),
          entry("eventlog", Set.of("topic", "wire")),
          entry("eventlog.file", Set.of("eventlog", "topic", "wire", "disk")),
          entry("eventlog.shared", Set.of("eventlog", "topic")),
          entry("eventlog.postgres", Set.of("eventlog.shared", "eventlog", "topic", "table")),
          entry("cluster", Set.of("eventlog.shared", "eventlog", "auth", "table")),
          entry("hub", Set.of("eventlog", "topic", "wire")),
          entry("observe", Set.of("hub")),
          entry("feed", Set.of("hub", "eventlog", "topic", "table")),
          entry("embed", Set.of("hub", "eventlog", "topic", "wire")),
          entry("exchange", Set.of("eventlog", "table", "wire")),
          entry("access", Set.of("exchange", "auth", "topic", "config", "wire")),
          entry(
              "stream",
              Set.of(
                  "access",
                  "exchange",
                  "auth",
                  "observe",
                  "hub",
                  "eventlog",
                  "topic",
                  "config",
                  "wire")),
          entry("stock", TABLE_FEATURE),
          entry("outbox", Set.of("feed", "hub", "eventlog", "topic", "table")),
          entry("notification", TABLE_FEATURE),
          entry(
              "mercure",
              Set.of("stream", "access", "exchange", "auth", "hub", "eventlog", "topic", "wire")),
          entry(
              "demo",
              Set.of(
                  "stream",
                  "access",
                  "exchange",
                  "auth",
                  "observe",
                  "hub",
                  "eventlog",
                  "topic",
                  "config",
                  "wire")),
          entry("operate", Set.of("stream", "access", "exchange", "auth", "observe", "config")),
          entry(
              "tool",
              Set.of(
                  "stock",
                  "notification",
                  "feed",
                  "eventlog.file",
                  "eventlog.postgres",
                  "eventlog",
                  "auth",
                  "topic",
                  "config")));

  private static final int MAX_TYPES = 42; // of a room, without those inside others

  @ArchTest
  static void importsPointDownOnly(JavaClasses classes) {
    MAY_USE.forEach(
        (room, others) -> {
          Stream<String> allowed =
              Stream.concat(Stream.of(room), others.stream()).map(name -> "bellwether." + name);
          noClasses()
              .that()
              .resideInAPackage("bellwether." + room)
              .should()
              .dependOnClassesThat(
                  resideInAPackage("bellwether..")
                      .and(not(resideInAnyPackage(allowed.toArray(String[]::new)))))
              .check(classes);
        });
  }

  @ArchTest
  static void everyRoomIsInThePictureAndNotTooLarge(JavaClasses classes) {
    Map<String, Long> types =
        classes.stream()
            .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    Set<String> rooms = new HashSet<>(types.keySet());
    rooms.remove("bellwether.app");
    assertThat(rooms)
        .containsExactlyInAnyOrderElementsOf(
            MAY_USE.keySet().stream().map(room -> "bellwether." + room).toList());
    assertThat(types).allSatisfy((room, size) -> assertThat(size).isLessThanOrEqualTo(MAX_TYPES));
  }

  @ArchTest
  static final ArchRule roomsAreFreeOfCircles =
      slices().matching("bellwether.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheEdgeKnowsServlets =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "bellwether.app",
              "bellwether.exchange",
              "bellwether.access",
              "bellwether.stream",
              "bellwether.mercure",
              "bellwether.demo",
              "bellwether.stock",
              "bellwether.notification",
              "bellwether.operate",
              "bellwether.launch") // whose files Jetty serves by a servlet
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.servlet..");

  @ArchTest
  static final ArchRule theWireFormatNeedsOnlyJava =
      noClasses()
          .that()
          .resideInAnyPackage("bellwether.wire", "bellwether.config")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..", "org.jspecify..", "bellwether.wire", "bellwether.config");

  @ArchTest
  static final ArchRule toolsNeedOnlyTheLogTokensAndJson =
      noClasses()
          .that()
          .resideInAPackage("bellwether.tool")
          .should()
          .dependOnClassesThat(
              resideOutsideOfPackages(
                      "java..",
                      "org.jspecify..",
                      "jakarta.json..",
                      "bellwether.tool",
                      "bellwether.auth",
                      "bellwether.config",
                      "bellwether.eventlog",
                      "bellwether.eventlog.file",
                      "bellwether.eventlog.postgres",
                      "bellwether.topic")
                  .and(not(simpleNameEndingWith("Topics")))); // names without their feeds

  @ArchTest
  static final ArchRule onlyRepositoriesAndTheirSetUpKnowJdbc =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.Jdbc.*") // with the classes inside them
          .and()
          .resideOutsideOfPackage("bellwether.app")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..");
}
