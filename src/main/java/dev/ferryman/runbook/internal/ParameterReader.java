package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.ParameterDefinition;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one parameter of a template. */
final class ParameterReader {
    private ParameterReader() {}

    static ParameterDefinition read(Node node, YamlSection.Notes notes) {
        YamlSection section = new YamlSection("parameter", node, notes);
        String key = section.key("key", "unnamed");
        String title = section.text("title", "");
        ParameterDefinition.Type type = section
                .choice("type", List.of(ParameterDefinition.Type.values()), ParameterDefinition.Type::key)
                .orElse(ParameterDefinition.Type.TEXT);
        boolean required = section.flag("required");
        String pattern = pattern(section);
        String help = section.optionalText("help", "");
        Object given = section.plain("default");
        section.close();
        ParameterDefinition bare = new ParameterDefinition(key, title, type, null, required, pattern, help);
        if (given == null) {
            return bare;
        }
        Optional<String> problem = ParameterValues.problem(bare, given);
        problem.ifPresent(what -> section.wrong("default", "default of parameter ‘" + key + "’: " + what));
        return problem.isPresent()
                ? bare
                : new ParameterDefinition(key, title, type, ParameterValues.convert(bare, given), required, pattern,
                        help);
    }

    private static @Nullable String pattern(YamlSection section) {
        if (!section.has("pattern")) {
            return null;
        }
        String pattern = section.text("pattern", "");
        try {
            Pattern.compile(pattern);
            return pattern;
        } catch (PatternSyntaxException e) {
            section.wrong("pattern", "‘pattern’ must be a regular expression: " + e.getDescription());
            return null;
        }
    }
}
