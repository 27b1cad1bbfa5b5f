package io.syncline.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Which module and which package may see which. */
@AnalyzeClasses(packages = "io.syncline", importOptions = DoNotIncludeTests.class)
class ModuleRules {
    private static final String ROOT = "io.syncline..";
    private static final String API = "io.syncline.api..";
    private static final String TUNNEL = "io.syncline.tunnel..";

    @ArchTest
    static final ArchRule apiSeesNothingOfSyncline =
            seesOnly(API).because("everybody carries what the API needs: move the code into the module that uses it");

    @ArchTest
    static final ArchRule documentSeesTheApi = seesOnly("io.syncline.document..", API)
            .because("a task file is read without engine and connectors: they hand in their part of the schema through"
                    + " io.syncline.api");

    @ArchTest
    static final ArchRule engineSeesTheApi = seesOnly("io.syncline.engine..", API)
            .because(
                    "the engine runs with any connector: put what it needs from one into a port of io.syncline.api.port");

    @ArchTest
    static final ArchRule engineKnowsNoDatabase = noClasses()
            .that()
            .resideInAPackage("io.syncline.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "java.net.http..")
            .because(
                    "the engine speaks to databases through ports only: move the statement into a connector and call it"
                            + " through io.syncline.api.port");

    @ArchTest
    static final ArchRule postgresqlSeesTheApi = seesOnly("io.syncline.postgresql..", API, TUNNEL)
            .because("connectors know neither the engine nor each other: move what is shared to io.syncline.api");

    @ArchTest
    static final ArchRule tunnelSeesTheApi =
            seesOnly(TUNNEL, API).because("it is the way of every connector to its server, and knows none of them");

    @ArchTest
    static final ArchRule embeddedSeesTheApi = seesOnly("io.syncline.embedded..", API)
            .because("a local server is a tool for the demo and for tests, which use it and not the other way round");

    @ArchTest
    static final ArchRule connectorsAreFoundByServiceLoader = noClasses()
            .that()
            .resideOutsideOfPackage("io.syncline.postgresql..")
            .and()
            .resideOutsideOfPackage("io.syncline.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.syncline.postgresql..")
            .because("nobody names a connector: ask ServiceLoader for io.syncline.api.Connector by its type");

    @ArchTest
    static final ArchRule internalStaysInside = ArchRuleDefinition.classes()
            .should(useInternalPackagesOnlyFromTheirParent())
            .because(
                    "a package named internal belongs to its parent: use the parent's types, or move what you need there");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles = slices().matching("io.syncline.(**)")
            .should()
            .beFreeOfCycles()
            .because(
                    "a cycle is one package with two names: move the shared type to the lower one, or give it its own");

    private static SeesOnly seesOnly(String module, String... others) {
        return new SeesOnly(module, others);
    }

    private static ArchCondition<JavaClass> useInternalPackagesOnlyFromTheirParent() {
        return new ArchCondition<>("use internal packages only from their parent") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    String target = dependency.getTargetClass().getPackageName() + ".";
                    int internal = target.indexOf(".internal.");
                    boolean foreign = target.startsWith("io.syncline.")
                            && internal > 0
                            && !(origin.getPackageName() + ".").startsWith(target.substring(0, internal + 1));
                    if (foreign) {
                        events.add(SimpleConditionEvent.violated(origin, dependency.getDescription()));
                    }
                }
            }
        };
    }

    /** A rule about one module's view of the others, before its reason is given. */
    private record SeesOnly(String module, String... others) {
        ArchRule because(String reason) {
            DescribedPredicate<JavaClass> foreign = resideInAPackage(ROOT)
                    .and(not(resideInAPackage(module)))
                    .and(not(others.length == 0 ? describe("none", type -> false) : resideInAnyPackage(others)));
            return noClasses()
                    .that()
                    .resideInAPackage(module)
                    .should()
                    .dependOnClassesThat(foreign)
                    .because(reason);
        }
    }
}
