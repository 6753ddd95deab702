package dev.ferryman.access;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API token as its owner sees it later; the token itself is shown once and kept only as a hash.
 *
 * @param id number for revoking it
 * @param name what the owner called it
 * @param prefix its first characters, to recognise it by
 * @param createdAt when it was made
 * @param expiresAt from when on it is refused
 * @param lastUsedAt when it was last used, to about a minute; null if never
 * @param revokedAt when it was revoked; null if it was not
 * @param scopes what it may be used for
 */
public record ApiToken(long id, String name, String prefix, Instant createdAt, Instant expiresAt,
        @Nullable Instant lastUsedAt, @Nullable Instant revokedAt, Set<Scope> scopes) {
    /** Copies the scopes. */
    public ApiToken {
        scopes = Set.copyOf(scopes);
    }

    /** Whether it is accepted at that moment. */
    public boolean usableAt(Instant now) {
        return revokedAt == null && now.isBefore(expiresAt);
    }
}
