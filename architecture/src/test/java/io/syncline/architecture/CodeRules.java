package io.syncline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;

/** How classes are made. */
@AnalyzeClasses(packages = "io.syncline", importOptions = DoNotIncludeTests.class)
class CodeRules {
    private static final int MAX_PARAMETERS = 7;

    /** A record may be wider: it mirrors what it describes, such as a row of a catalog. */
    @ArchTest
    static final ArchRule constructorsAreSmall = constructors()
            .that()
            .areDeclaredInClassesThat()
            .areNotRecords()
            .should(haveAtMostSevenParameters())
            .because("a longer list hides a type: group what belongs together in a record, or split the class by duty");

    @ArchTest
    static final ArchRule noStaticMutableState = fields().that()
            .areStatic()
            .should()
            .beFinal()
            .because("two tasks in one JVM must not share state: make it a field of the object that owns it");

    @ArchTest
    static final ArchRule namesSayTheDuty = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .because("such a class has no duty of its own: name it after the concept that its methods share");

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that()
            .resideOutsideOfPackage("io.syncline.cli..")
            .and()
            .resideOutsideOfPackage("io.syncline.bench..")
            .and()
            .resideOutsideOfPackage("io.syncline.testkit.seed..")
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("standard output belongs to the commands: return the fact, or throw it, and let io.syncline.cli"
                    + " print it; a test's seed is announced by testkit");

    private static ArchCondition<JavaConstructor> haveAtMostSevenParameters() {
        return new ArchCondition<>("have at most " + MAX_PARAMETERS + " parameters") {
            @Override
            public void check(JavaConstructor constructor, ConditionEvents events) {
                // The compiler adds the name and the ordinal to an enum's, and what a local class captures to its.
                boolean generated = constructor.getOwner().isAnonymousClass()
                        || constructor.getOwner().isLocalClass();
                int added = constructor.getOwner().isEnum() ? 2 : 0;
                int parameters = constructor.getRawParameterTypes().size() - added;
                if (!generated && parameters > MAX_PARAMETERS) {
                    events.add(SimpleConditionEvent.violated(
                            constructor, constructor.getDescription() + " has " + parameters + " parameters"));
                }
            }
        };
    }
}
