package dev.ferryman.runbook;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cutover is created from.
 *
 * @param name        what lists show; not empty, at most 120 characters
 * @param templateKey which template is copied
 * @param parameters  values by key: text as typed in a form, or numbers and booleans
 * @param connections references to source and target, never a secret
 * @param rehearsal   whether it rehearses a move: whatever reaches further than its own two databases is not done
 * @param window      when it is to happen; null where that is not agreed yet
 */
public record NewCutover(String name, String templateKey, Map<String, Object> parameters,
        Map<String, String> connections, boolean rehearsal, @Nullable Window window) {
    /** Copies the maps. */
    public NewCutover {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        connections = Collections.unmodifiableMap(new LinkedHashMap<>(connections));
    }

    /** The real thing, when is not agreed yet. */
    public NewCutover(String name, String templateKey, Map<String, Object> parameters,
            Map<String, String> connections) {
        this(name, templateKey, parameters, connections, false, null);
    }
}
