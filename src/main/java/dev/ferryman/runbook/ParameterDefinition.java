package dev.ferryman.runbook;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A value asked for when a cutover is created.
 *
 * @param key          name in {@code ${parameters.key}}
 * @param title        label of the field
 * @param type         what is accepted
 * @param defaultValue value when none is given: text, number or boolean; null for none
 * @param required     whether a value must be there at creation
 * @param pattern      regular expression the whole text must match; null for none
 * @param help         shown beside the field, empty if none
 */
public record ParameterDefinition(String key, String title, Type type, @Nullable Object defaultValue, boolean required,
        @Nullable String pattern, String help) {
    /** What a parameter accepts. */
    public enum Type {
        /** Any text. */
        TEXT,
        /** A number. */
        NUMBER,
        /** true or false. */
        BOOLEAN,
        /** An absolute http or https URL without credentials. */
        URL,
        /** Where a secret is found, {@code env:NAME} or {@code file:/path}; never the secret itself. */
        SECRET_REF;

        /** The name templates use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
