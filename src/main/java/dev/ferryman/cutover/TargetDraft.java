package dev.ferryman.cutover;

import dev.ferryman.endpoint.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A target as a person typed it.
 *
 * @param url libpq URI or JDBC URL without a password
 * @param passwordReference where the password is found ({@code env:NAME}, {@code file:/path}), empty for nowhere
 * @param password the password itself, to be kept encrypted; null where a reference is given, or none is needed
 * @param schema schema of the tables
 */
public record TargetDraft(String url, String passwordReference, @Nullable Secret password, String schema) {
    public TargetDraft {
        url = url.strip();
        passwordReference = passwordReference.strip();
        schema = schema.isBlank() ? "public" : schema.strip();
    }
}
