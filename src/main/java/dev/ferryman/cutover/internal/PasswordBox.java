package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Seals passwords with AES-256-GCM under the key in {@code FERRYMAN_SECRET_KEY} (32 bytes in base64, as
 * {@code openssl rand -base64 32} prints them). A sealed password opens for its own cutover only.
 */
@Component
class PasswordBox {
    /** Name of the environment variable. */
    static final String KEY = "FERRYMAN_SECRET_KEY";
    /** Name of the environment variable with keys that only open, separated by commas. */
    static final String PREVIOUS = "FERRYMAN_SECRET_KEY_PREVIOUS";

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable SecretKeySpec key;
    private final List<SecretKeySpec> previous;

    PasswordBox(Environment environment) {
        String given = environment.getProperty(KEY);
        this.key = given == null || given.isBlank() ? null : key(KEY, given);
        this.previous = Stream.of(environment.getProperty(PREVIOUS, "").split(",", -1)).filter(each -> !each.isBlank())
                .map(each -> key(PREVIOUS, each)).toList();
    }

    private static SecretKeySpec key(String name, String given) {
        return new SecretKeySpec(decode(name, given.strip()), "AES");
    }

    private static byte[] decode(String name, String given) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(given);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalStateException(
                    name + " must be 32 bytes in base64. Make one with: openssl rand -base64 32");
        }
        return bytes;
    }

    /** Whether there is a key. */
    boolean usable() {
        return key != null;
    }

    /**
     * Seals a password.
     *
     * @throws BadInputException where there is no key
     */
    String seal(Secret password, String cutoverId) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, present(), nonce, cutoverId)
                    .doFinal(password.reveal().getBytes(StandardCharsets.UTF_8));
            byte[] both = Arrays.copyOf(nonce, nonce.length + sealed.length);
            System.arraycopy(sealed, 0, both, nonce.length, sealed.length);
            return Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A password could not be sealed", e);
        }
    }

    /**
     * Opens a sealed password, with the present key or a previous one.
     *
     * @throws BadInputException where there is no key, or none that it was sealed with
     */
    Secret open(String sealed, String cutoverId) {
        return opened(sealed, cutoverId, present()).or(() -> openedByPrevious(sealed, cutoverId))
                .orElseThrow(() -> new BadInputException(
                        "The password kept for this cutover cannot be opened with the present " + KEY + ".",
                        "Start Ferryman with the key it had when the cutover was created, in " + KEY + " or in "
                                + PREVIOUS + "."));
    }

    /** The same password under the present key; empty where it is under that already, or under none that is known. */
    Optional<String> sealedAnew(String sealed, String cutoverId) {
        return key == null || opened(sealed, cutoverId, key).isPresent()
                ? Optional.empty()
                : openedByPrevious(sealed, cutoverId).map(password -> seal(password, cutoverId));
    }

    private Optional<Secret> openedByPrevious(String sealed, String cutoverId) {
        return previous.stream().flatMap(each -> opened(sealed, cutoverId, each).stream()).findFirst();
    }

    private static Optional<Secret> opened(String sealed, String cutoverId, SecretKeySpec key) {
        byte[] both = Base64.getDecoder().decode(sealed);
        try {
            byte[] opened = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(both, NONCE_BYTES), cutoverId).doFinal(both,
                    NONCE_BYTES, both.length - NONCE_BYTES);
            return Optional.of(Secret.of(new String(opened, StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private SecretKeySpec present() {
        if (key == null) {
            throw new BadInputException("Passwords cannot be kept: " + KEY + " is not set.",
                    "Give a reference such as env:PGPASSWORD or file:/run/secrets/password, or start Ferryman with a key.");
        }
        return key;
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String cutoverId)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(cutoverId.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
