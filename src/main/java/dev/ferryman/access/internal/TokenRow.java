package dev.ferryman.access.internal;

import dev.ferryman.access.ApiToken;
import dev.ferryman.access.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A token as stored.
 *
 * @param hash SHA-256 of the token in hexadecimal. A fast hash is right here: the token has 256 random bits.
 * @param scopes what it may be used for, as {@link Scope#text} writes it
 */
@Table("access_token")
public record TokenRow(@Id @Nullable Long id, long userId, String name, String prefix, String hash, Instant createdAt,
        Instant expiresAt, @Nullable Instant lastUsedAt, @Nullable Instant revokedAt, String scopes) {
    /** As its owner sees it. */
    public ApiToken toToken() {
        if (id == null) {
            throw new IllegalStateException("Token " + name + " is not stored yet");
        }
        return new ApiToken(id, name, prefix, createdAt, expiresAt, lastUsedAt, revokedAt, Scope.parse(scopes));
    }
}
