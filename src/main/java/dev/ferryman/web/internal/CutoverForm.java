package dev.ferryman.web.internal;

import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.runbook.ParameterDefinition;
import dev.ferryman.runbook.Template;
import dev.ferryman.schema.SchemaMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person typed into the form for a new cutover. Field names in the page are those of
 * {@link dev.ferryman.cutover.Problem#field()}, so that a problem finds its field. The password is held apart from what
 * templates can read.
 *
 * @param values what was typed, by field name; never the password
 */
record CutoverForm(String template, Map<String, String> values, @Nullable Secret password) {
    /** Where the password is typed; never drawn with a value. */
    static final String PASSWORD = "target.password";

    private static final String PARAMETER = "parameters.";

    /** Copies the values. */
    CutoverForm {
        values = Map.copyOf(values);
    }

    /** An empty form with the template's defaults. */
    static CutoverForm blank(Template template) {
        Map<String, String> values = new HashMap<>();
        values.put("target.schema", "public");
        values.put("mode", SchemaMode.CREATE.name());
        for (ParameterDefinition parameter : template.parameters()) {
            Object value = parameter.defaultValue();
            if (value != null) {
                values.put(PARAMETER + parameter.key(), value.toString());
            }
        }
        return new CutoverForm(template.key(), values, null);
    }

    /** A form filled with the settings of another cutover; its password has to be given again where it was typed. */
    static CutoverForm like(CutoverDraft draft) {
        Map<String, String> values = new HashMap<>();
        values.put("name", draft.name());
        values.put("source", draft.source());
        values.put("mode", draft.schemaMode().name());
        values.put("target.url", draft.target().url());
        values.put("target.passwordReference", draft.target().passwordReference());
        values.put("target.schema", draft.target().schema());
        draft.parameters().forEach((key, value) -> values.put(PARAMETER + key, value));
        values.put("window.start", draft.window().start());
        values.put("window.end", draft.window().end());
        values.put("window.zone", draft.window().zone());
        if (draft.rehearsal()) {
            values.put("rehearsal", "true");
        }
        return new CutoverForm(draft.template(), values, null);
    }

    /**
     * What came with a request.
     *
     * @param before what was typed before: its password counts while the address it is for is the same, so that nobody
     *        has to type it again because of another field
     */
    static CutoverForm of(Map<String, String> request, @Nullable CutoverForm before) {
        Map<String, String> values = new HashMap<>();
        request.forEach((name, value) -> {
            if (name.equals("name") || name.equals("source") || name.equals("mode") || name.equals("rehearsal")
                    || name.startsWith(PARAMETER) || name.startsWith("window.")
                    || name.startsWith("target.") && !name.equals(PASSWORD)) {
                values.put(name, value.strip());
            }
        });
        String typed = request.getOrDefault(PASSWORD, "");
        Secret password = typed.isEmpty() ? null : Secret.of(typed);
        if (password == null && before != null && values.getOrDefault("target.passwordReference", "").isEmpty()
                && before.value("target.url").equals(values.getOrDefault("target.url", ""))) {
            password = before.password();
        }
        return new CutoverForm(request.getOrDefault("template", ""), values, password);
    }

    /** What was typed into a field, empty when nothing was. */
    public String value(String field) {
        return values.getOrDefault(field, "");
    }

    /** Whether a password is kept for this form. */
    public boolean passwordKept() {
        return password != null;
    }

    /** What the application service is asked. */
    CutoverDraft draft() {
        Map<String, String> parameters = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(PARAMETER) && !value.isEmpty()) {
                parameters.put(name.substring(PARAMETER.length()), value);
            }
        });
        SchemaMode mode = value("mode").equals(SchemaMode.EXISTING.name()) ? SchemaMode.EXISTING : SchemaMode.CREATE;
        return new CutoverDraft(value("name"), template, value("source"),
                new TargetDraft(value("target.url"), value("target.passwordReference"), password,
                        value("target.schema")),
                mode, parameters, rehearsal(),
                new WindowDraft(value("window.start"), value("window.end"), value("window.zone")));
    }

    /** Whether it is to be a rehearsal. */
    public boolean rehearsal() {
        return value("rehearsal").equals("true");
    }

    @Override
    public String toString() {
        return "CutoverForm[" + template + "]";
    }
}
