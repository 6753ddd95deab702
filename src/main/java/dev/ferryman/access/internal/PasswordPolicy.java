package dev.ferryman.access.internal;

import com.nulabinc.zxcvbn.Zxcvbn;
import dev.ferryman.access.FieldRefusedException;
import dev.ferryman.endpoint.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Which passwords people may choose, by NIST SP 800-63B: long ones, nothing about which characters, and none of those
 * that are tried first. What is tried first is estimated by zxcvbn from lists of common passwords, names and words, from
 * patterns of the keyboard, repetitions and sequences; nothing leaves the process for it.
 */
@Component
public class PasswordPolicy {
    /** Shortest password, in characters. */
    static final int SHORTEST = 12;
    /** Longest password, in bytes of UTF-8: BCrypt reads no further. */
    static final int LONGEST = 72;
    /** Guesses that must be likely to be needed, as a power of ten: what zxcvbn calls very hard to guess. */
    private static final double GUESSES = 10;

    private final Zxcvbn zxcvbn = new Zxcvbn();

    /**
     * Refuses a password that is too short, too long or too easy to guess.
     *
     * @param username no part of the password may be guessed from it
     * @param displayName nor from this
     * @throws FieldRefusedException with field {@code chosen}
     */
    public void check(String username, String displayName, Secret password) {
        var text = password.reveal();
        if (text.codePointCount(0, text.length()) < SHORTEST) {
            throw refused("The password has fewer than " + SHORTEST + " characters.", "A few words make a good one.");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw refused("The password is longer than " + LONGEST + " bytes.", "Choose a shorter one.");
        }
        if (text.equalsIgnoreCase(username)) {
            throw refused("The password is the username.", "Choose another.");
        }
        var own = new ArrayList<>(List.of(username, "ferryman"));
        own.addAll(List.of(displayName.toLowerCase(Locale.ROOT).split("\\s+")));
        if (zxcvbn.measure(text, own).getGuessesLog10() < GUESSES) {
            throw refused("The password is one of those that are tried first: a common one, or made of names, "
                    + "sequences and repetitions.", "Choose a few words that have nothing to do with each other.");
        }
    }

    private static FieldRefusedException refused(String what, String next) {
        return new FieldRefusedException("chosen", what, next);
    }
}
