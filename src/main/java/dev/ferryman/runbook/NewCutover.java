package dev.ferryman.runbook;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a cutover is created from.
 *
 * @param name        what lists show; not empty, at most 120 characters
 * @param templateKey which template is copied
 * @param parameters  values by key: text as typed in a form, or numbers and booleans
 * @param connections references to source and target, never a secret
 * @param rehearsal   whether it rehearses a move: whatever reaches further than its own two databases is not done
 */
public record NewCutover(String name, String templateKey, Map<String, Object> parameters,
        Map<String, String> connections, boolean rehearsal) {
    /** Copies the maps. */
    public NewCutover {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        connections = Collections.unmodifiableMap(new LinkedHashMap<>(connections));
    }

    /** The real thing. */
    public NewCutover(String name, String templateKey, Map<String, Object> parameters,
            Map<String, String> connections) {
        this(name, templateKey, parameters, connections, false);
    }
}
