package dev.ferryman.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TemplateDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void the_example_in_the_document_is_a_template() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("src/docs/templates.md")));
        assertThat(example.find()).isTrue();
        Template template = new TemplateParser().parse(example.group(1), "templates.md");
        assertThat(template.steps()).hasSize(11);
        assertThat(template.step("switch").orElseThrow().pointOfNoReturn()).isTrue();
    }
}
