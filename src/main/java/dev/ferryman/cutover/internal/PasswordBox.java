package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
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

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable SecretKeySpec key;

    PasswordBox(Environment environment) {
        String given = environment.getProperty(KEY);
        this.key = given == null || given.isBlank() ? null : new SecretKeySpec(decode(given.strip()), "AES");
    }

    private static byte[] decode(String given) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(given);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalStateException(
                    KEY + " must be 32 bytes in base64. Make one with: openssl rand -base64 32");
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
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, cutoverId)
                    .doFinal(password.reveal().getBytes(StandardCharsets.UTF_8));
            byte[] both = Arrays.copyOf(nonce, nonce.length + sealed.length);
            System.arraycopy(sealed, 0, both, nonce.length, sealed.length);
            return Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A password could not be sealed", e);
        }
    }

    /**
     * Opens a sealed password.
     *
     * @throws BadInputException where there is no key, or another one than it was sealed with
     */
    Secret open(String sealed, String cutoverId) {
        byte[] both = Base64.getDecoder().decode(sealed);
        try {
            byte[] opened = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(both, NONCE_BYTES), cutoverId).doFinal(both,
                    NONCE_BYTES, both.length - NONCE_BYTES);
            return Secret.of(new String(opened, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new BadInputException(
                    "The password kept for this cutover cannot be opened with the present " + KEY + ".",
                    "Start Ferryman with the key it had when the cutover was created.", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String cutoverId) throws GeneralSecurityException {
        if (key == null) {
            throw new BadInputException("Passwords cannot be kept: " + KEY + " is not set.",
                    "Give a reference such as env:PGPASSWORD or file:/run/secrets/password, or start Ferryman with a key.");
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(cutoverId.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
