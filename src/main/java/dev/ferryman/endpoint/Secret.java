package dev.ferryman.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A password or token. It shows itself nowhere: {@link #toString()} is a mask, and whoever needs the text says so by
 * calling {@link #reveal()} ({@code DESIGN.md} § 2, invariant I8).
 */
public final class Secret {
    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** A secret with this text. */
    public static Secret of(String text) {
        return new Secret(text);
    }

    /** The text itself, for the one call that needs it. */
    public String reveal() {
        return text;
    }

    /** Compares in a time that does not depend on where the texts differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8),
                secret.text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** A mask, always the same. */
    @Override
    public String toString() {
        return "***";
    }
}
