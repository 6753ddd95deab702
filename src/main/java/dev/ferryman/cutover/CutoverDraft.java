package dev.ferryman.cutover;

import dev.ferryman.schema.SchemaMode;
import java.util.Map;

/**
 * What a cutover is to be created from, as a person typed it.
 *
 * @param name what lists show
 * @param template key of the template
 * @param source path of the SQLite file
 * @param target the PostgreSQL database
 * @param schemaMode where the target's schema comes from
 * @param parameters the template's parameters by key
 * @param rehearsal whether it rehearses the move: on a private copy of the source, into a staging target, without
 *        touching the application
 * @param window when it is to happen, {@link WindowDraft#NONE} where that is not agreed yet
 */
public record CutoverDraft(String name, String template, String source, TargetDraft target, SchemaMode schemaMode,
        Map<String, String> parameters, boolean rehearsal, WindowDraft window) {
    public CutoverDraft {
        name = name.strip();
        template = template.strip();
        source = source.strip();
        parameters = Map.copyOf(parameters);
    }

    /** Of the real thing, when is not agreed yet. */
    public CutoverDraft(String name, String template, String source, TargetDraft target, SchemaMode schemaMode,
            Map<String, String> parameters) {
        this(name, template, source, target, schemaMode, parameters, false, WindowDraft.NONE);
    }
}
