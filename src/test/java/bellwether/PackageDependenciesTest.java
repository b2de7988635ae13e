package bellwether;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The picture of {@code src/site/markdown/architecture.md}; where they differ, this one is right.
 */
@AnalyzeClasses(packages = "bellwether", importOptions = DoNotIncludeTests.class)
class PackageDependenciesTest {

  @ArchTest
  static final ArchRule importsPointDownOnly =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("app")
          .definedBy("bellwether.app")
          .layer("config")
          .definedBy("bellwether.config")
          .layer("http")
          .definedBy("bellwether.http")
          .layer("auth")
          .definedBy("bellwether.auth")
          .layer("stock")
          .definedBy("bellwether.stock")
          .layer("notification")
          .definedBy("bellwether.notification")
          .layer("observe")
          .definedBy("bellwether.observe")
          .layer("feed")
          .definedBy("bellwether.feed")
          .layer("table")
          .definedBy("bellwether.table")
          .layer("hub")
          .definedBy("bellwether.hub")
          .layer("eventlog")
          .definedBy("bellwether.eventlog")
          .layer("wire")
          .definedBy("bellwether.wire")
          .layer("embed")
          .definedBy("bellwether.embed")
          .layer("demo")
          .definedBy("bellwether.demo")
          .layer("tool")
          .definedBy("bellwether.tool")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tool")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("embed")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("demo")
          .mayOnlyBeAccessedByLayers("app", "http")
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("app", "http", "tool")
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("auth")
          .mayOnlyBeAccessedByLayers("app", "http", "tool")
          .whereLayer("stock")
          .mayOnlyBeAccessedByLayers("app", "http")
          .whereLayer("notification")
          .mayOnlyBeAccessedByLayers("app", "http")
          .whereLayer("observe")
          .mayOnlyBeAccessedByLayers("app", "http")
          .whereLayer("feed")
          .mayOnlyBeAccessedByLayers("app", "http", "stock", "notification")
          .whereLayer("table")
          .mayOnlyBeAccessedByLayers("app", "http", "stock", "notification", "feed")
          .whereLayer("hub")
          .mayOnlyBeAccessedByLayers(
              "app", "http", "stock", "notification", "observe", "feed", "auth", "embed", "demo")
          .whereLayer("eventlog")
          .mayOnlyBeAccessedByLayers(
              "app",
              "http",
              "stock",
              "notification",
              "observe",
              "feed",
              "hub",
              "auth",
              "embed",
              "demo",
              "tool");

  @ArchTest
  static final ArchRule roomsAreFreeOfCircles =
      slices().matching("bellwether.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheEdgeKnowsServlets =
      noClasses()
          .that()
          .resideOutsideOfPackages("bellwether.http", "bellwether.app")
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
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "org.jspecify..",
              "jakarta.json..",
              "bellwether.tool",
              "bellwether.launch",
              "bellwether.auth",
              "bellwether.config",
              "bellwether.eventlog");

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
