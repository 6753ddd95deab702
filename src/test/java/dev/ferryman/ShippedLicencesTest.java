package dev.ferryman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the jar is made of, as its bill of materials says; the build writes that before the tests. */
class ShippedLicencesTest {
    private static final Path BILL = Path.of("target/classes/META-INF/sbom/application.cdx.json");
    /** Licences under which a company may ship a library unchanged with its own work; one of several is enough. */
    private static final Set<String> ALLOWED = Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause",
            "0BSD",
            "CC0-1.0", "ISC", "EPL-2.0");

    private JsonNode bill;

    @BeforeEach
    void read() throws Exception {
        assumeTrue(Files.exists(BILL), BILL + " is written by Maven's generate-resources, which has not run here");
        bill = JsonMapper.shared().readTree(Files.readString(BILL));
    }

    @Test
    void every_shipped_library_has_a_licence_on_the_list() {
        var refused = new TreeMap<String, Set<String>>();
        bill.path("components").forEach(component -> {
            Set<String> licences = new TreeSet<>();
            component.path("licenses").forEach(licence -> licences.add(licence.at("/license/id").asString(
                    licence.at("/license/name").asString(licence.path("expression").asString("")))));
            if (licences.stream().noneMatch(ALLOWED::contains)) {
                refused.put(component.path("purl").asString(), licences);
            }
        });
        assertThat(refused).as("licences to be looked at before these are shipped").isEmpty();
    }

    @Test
    void the_bill_names_every_library_with_version_and_checksum_and_none_of_the_tests() {
        assertThat(bill.path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(bill.path("components").size()).isGreaterThan(100);
        var names = new TreeSet<String>();
        bill.path("components").forEach(component -> {
            names.add(component.path("name").asString());
            assertThat(component.path("version").asString()).as(component.path("name").asString()).isNotBlank();
            assertThat(component.path("hashes").size()).as(component.path("name").asString()).isPositive();
        });
        assertThat(names).contains("sqlite-jdbc", "postgresql", "httpclient5", "spring-webmvc")
                .doesNotContain("playwright", "junit-jupiter", "testcontainers", "error_prone_core");
    }
}
