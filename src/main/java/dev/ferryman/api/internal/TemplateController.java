package dev.ferryman.api.internal;

import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.TemplateEntry;
import dev.ferryman.runbook.Templates;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The templates cutovers are made from. */
@RestController
@RequestMapping("/api/v1/templates")
@Tag(name = "Templates")
class TemplateController {
    private final Templates templates;

    TemplateController(Templates templates) {
        this.templates = templates;
    }

    @GetMapping
    @Operation(summary = "All templates, broken ones with their errors")
    List<EntryJson> templates() {
        return templates.all().stream().map(EntryJson::of).toList();
    }

    @GetMapping("/{key}")
    @Operation(summary = "One template, whole")
    Template template(@PathVariable String key) {
        return templates.find(key).orElseThrow(() -> new NoSuchPartException("There is no usable template ‘" + key
                + "’.", "List them at /api/v1/templates, broken ones with what is wrong."));
    }

    /**
     * A template in the list.
     *
     * @param key empty where the file cannot be used
     * @param errors as {@code file:line:column: what}; empty where the file can be used
     */
    record EntryJson(String file, boolean bundled, String key, String title, List<String> errors) {
        static EntryJson of(TemplateEntry entry) {
            return switch (entry) {
                case TemplateEntry.Usable(var file, var bundled, var template) ->
                    new EntryJson(file, bundled, template.key(), template.title(), List.of());
                case TemplateEntry.Broken(var file, var bundled, var errors) ->
                    new EntryJson(file, bundled, "", "", errors.stream().map(Object::toString).toList());
            };
        }
    }
}
