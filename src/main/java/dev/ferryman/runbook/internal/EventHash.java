package dev.ferryman.runbook.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The hash that chains events: SHA-256 over every part, each preceded by its length so that parts cannot be shifted. */
public final class EventHash {
    /** What the first event of a log follows. */
    public static final String GENESIS = "0".repeat(64);

    private EventHash() {}

    /** The hash of an event, 64 hex digits. */
    public static String of(String cutoverId, long seq, String at, String actor, String actorName, String type,
            String payload, String prevHash) {
        MessageDigest digest = sha256();
        for (String part : List.of(cutoverId, Long.toString(seq), at, actor, actorName, type, payload, prevHash)) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
