package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The guide has every rule, as it is in the code. */
class RuleTableTest {
    @Test
    void the_guide_names_every_rule_with_its_class() throws IOException {
        String guide = Files.readString(Path.of("src/docs/sql-review.md"));
        for (Rule rule : Rule.values()) {
            assertThat(guide).contains("| `" + rule.id() + "` | " + rule.risk().word() + " | " + rule.title() + " | "
                    + rule.why() + " |");
        }
    }
}
