package dev.ferryman;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.modulith.core.ApplicationModules;

/** Holds the packages and the arrows between them ({@code DESIGN.md} § 5). */
class StructureTest {
    private static final String[] DATA_PLANE = {"dev.ferryman.endpoint..", "dev.ferryman.schema..",
            "dev.ferryman.copy..", "dev.ferryman.replication..", "dev.ferryman.verify.."};

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/demo/")).importPackages("dev.ferryman");

    @Test
    void packages_use_only_what_their_package_info_allows() {
        ApplicationModules.of(Ferryman.class).verify();
    }

    @TestFactory
    Stream<DynamicTest> finer_rules() {
        return Stream.of(
                noClasses().that().resideInAnyPackage(DATA_PLANE).should().dependOnClassesThat(
                        describe("are Spring's, annotations of Modulith apart",
                                type -> type.getPackageName().startsWith("org.springframework.")
                                        && !type.getPackageName().startsWith("org.springframework.modulith")))
                        .because("the command line runs the data plane without an application context; "
                                + "take what you need as a constructor parameter and let cutover wire it"),
                noClasses().that().resideInAPackage("dev.ferryman.verify..").should().dependOnClassesThat()
                        .resideInAPackage("dev.ferryman.copy..")
                        .because("a verification that shares code with the encoder repeats its mistakes; "
                                + "write the decoder again from PostgreSQL's documentation"),
                noClasses().that().resideInAPackage("dev.ferryman.copy..").should().dependOnClassesThat()
                        .resideInAPackage("dev.ferryman.verify..")
                        .because("the copy does not judge itself; let cutover or cli call verify afterwards"),
                noClasses().should()
                        .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..",
                                "..misc..")
                        .because("a drawer for everything grows without an owner; "
                                + "put the class where its capability is"),
                noClasses().that().resideInAPackage("dev.ferryman.access..").should().dependOnClassesThat()
                        .resideInAnyPackage("dev.ferryman.web..", "dev.ferryman.api..")
                        .because("faces decide nothing and nothing hangs on them; forward to a path instead"),
                noClasses().should().callMethod(Instant.class, "now").orShould()
                        .callMethod(LocalDateTime.class, "now")
                        .because("tests move the clock; take a java.time.Clock and ask it"))
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(PRODUCT)));
    }
}
