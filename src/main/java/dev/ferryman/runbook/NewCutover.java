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
 */
public record NewCutover(String name, String templateKey, Map<String, Object> parameters,
        Map<String, String> connections) {
    /** Copies the maps. */
    public NewCutover {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        connections = Collections.unmodifiableMap(new LinkedHashMap<>(connections));
    }
}
