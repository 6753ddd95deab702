package dev.ferryman.runbook;

import dev.ferryman.runbook.internal.TemplateReader;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads templates from YAML; {@code src/docs/templates.md} describes the format. */
public final class TemplateParser {
    private final @Nullable Map<String, StepAction> actions;

    /** Checks the format only, not which actions exist. */
    public TemplateParser() {
        this.actions = null;
    }

    /** Checks the format, and every {@code uses} and {@code with} against these actions. */
    public TemplateParser(Collection<StepAction> actions) {
        Map<String, StepAction> byType = new LinkedHashMap<>();
        actions.forEach(action -> byType.put(action.type(), action));
        this.actions = byType;
    }

    /**
     * Reads one template.
     *
     * @param yaml     the file's text
     * @param fileName named in errors
     * @throws TemplateException with everything that is wrong
     */
    public Template parse(String yaml, String fileName) {
        TemplateReader reader = new TemplateReader(fileName, actions);
        Template template = reader.read(yaml);
        List<TemplateError> errors = reader.errors();
        if (template == null || !errors.isEmpty()) {
            throw new TemplateException(errors);
        }
        return template;
    }
}
