package dev.ferryman.access.internal;

import dev.ferryman.endpoint.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/** Passwords and tokens that nobody can guess. */
public final class RandomText {
    // Without 0/o, 1/l/i: a password is read from a terminal and typed. 31 characters, 4.95 bits each.
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomText() {}

    /** A password of four groups of five characters, about 99 bits. */
    public static Secret password() {
        var text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            if (i > 0 && i % 5 == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return Secret.of(text.toString());
    }

    /** 256 random bits for a URL or a header. */
    public static String token() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
