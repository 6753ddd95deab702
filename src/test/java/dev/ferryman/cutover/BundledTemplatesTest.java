package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.TemplateParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundledTemplatesTest {
    private static final Path DIRECTORY = Path.of("src/main/resources/templates-runbook");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_bundled_template_is_valid_and_names_no_role_it_cannot_use(Path file) throws IOException {
        Template template = new TemplateParser().parse(Files.readString(file), file.getFileName().toString());

        assertThat(template.steps()).extracting(StepDefinition::role).allMatch(template.roles()::contains);
        assertThat(template.steps()).filteredOn(StepDefinition::pointOfNoReturn).hasSize(1);
    }
}
