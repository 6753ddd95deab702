package dev.ferryman.schema.internal;

import java.nio.charset.StandardCharsets;

/** Tells whether a text is JSON by RFC 8259, without exceptions or garbage: it runs over every value that looks like it. */
public final class JsonText {
    /** What holds a text. */
    public enum Verdict {
        /** {@code json} and {@code jsonb}. */
        BOTH,
        /** As {@link #BOTH}, and it is an array of strings only. */
        STRINGS,
        /** Only {@code json}, which keeps the text: {@code jsonb} refuses the value. */
        JSON_ONLY, NEITHER
    }

    /** Deeper nesting is refused: PostgreSQL's own limit depends on its stack. */
    private static final int DEEPEST = 1000;
    /** {@code jsonb} keeps numbers as numeric; longer ones or greater exponents are left to {@code json}. */
    private static final int LONGEST_NUMBER = 1000;

    private final byte[] text;
    private final int length;
    private int at;
    private boolean jsonOnly;
    private boolean strings;

    private JsonText(byte[] text, int length) {
        this.text = text;
        this.length = length;
    }

    public static Verdict of(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return of(bytes, bytes.length);
    }

    /**
     * Tells it of UTF-8. What is wrong in the encoding itself is not looked for.
     *
     * @param length bytes of the text, which begins with the first
     */
    public static Verdict of(byte[] text, int length) {
        if (length == 0 || !begins(text[0])) {
            return Verdict.NEITHER;
        }
        var reader = new JsonText(text, length);
        reader.space();
        if (!reader.value(0)) {
            return Verdict.NEITHER;
        }
        reader.space();
        if (reader.at < length) {
            return Verdict.NEITHER;
        }
        return reader.jsonOnly ? Verdict.JSON_ONLY : reader.strings ? Verdict.STRINGS : Verdict.BOTH;
    }

    private static boolean begins(byte first) {
        return switch (first) {
            case '{', '[', '"', '-', 't', 'f', 'n', ' ', '\t', '\n', '\r' -> true;
            default -> first >= '0' && first <= '9';
        };
    }

    private boolean value(int depth) {
        if (at >= length || depth > DEEPEST) {
            return false;
        }
        return switch (text[at]) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean object(int depth) {
        at++;
        space();
        if (accept('}')) {
            return true;
        }
        do {
            space();
            if (at >= length || text[at] != '"' || !string()) {
                return false;
            }
            space();
            if (!accept(':')) {
                return false;
            }
            space();
            if (!value(depth + 1)) {
                return false;
            }
            space();
        } while (accept(','));
        return accept('}');
    }

    private boolean array(int depth) {
        at++;
        space();
        strings |= depth == 0;
        if (accept(']')) {
            return true;
        }
        do {
            space();
            strings &= depth > 0 || (at < length && text[at] == '"');
            if (!value(depth + 1)) {
                return false;
            }
            space();
        } while (accept(','));
        return accept(']');
    }

    private boolean string() {
        at++;
        while (at < length) {
            var c = text[at++];
            if (c == '"') {
                return true;
            }
            if (c >= 0 && c < ' ') {
                return false;
            }
            if (c == '\\' && !escape()) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        if (at >= length) {
            return false;
        }
        var c = text[at++];
        if (c != 'u') {
            return "\"\\/bfnrt".indexOf(c) >= 0;
        }
        var unit = hex();
        if (unit < 0) {
            return false;
        }
        if (unit == 0 || Character.isLowSurrogate((char) unit)) {
            jsonOnly = true;
        } else if (Character.isHighSurrogate((char) unit)) {
            var low = -1;
            if (at + 1 < length && text[at] == '\\' && text[at + 1] == 'u') {
                var back = at;
                at += 2;
                low = hex();
                if (low < 0) {
                    return false;
                }
                if (!Character.isLowSurrogate((char) low)) {
                    at = back;
                }
            }
            if (low < 0 || !Character.isLowSurrogate((char) low)) {
                jsonOnly = true;
            }
        }
        return true;
    }

    private int hex() {
        if (at + 4 > length) {
            return -1;
        }
        var value = 0;
        for (var i = 0; i < 4; i++) {
            var c = text[at++];
            var digit = c >= 0 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private boolean number() {
        var start = at;
        accept('-');
        if (accept('0')) {
            // A leading zero stands alone.
        } else if (!digits()) {
            return false;
        }
        if (accept('.') && !digits()) {
            return false;
        }
        if (accept('e') || accept('E')) {
            if (!accept('+')) {
                accept('-');
            }
            var exponent = at;
            if (!digits()) {
                return false;
            }
            jsonOnly |= at - exponent > 3;
        }
        jsonOnly |= at - start > LONGEST_NUMBER;
        return true;
    }

    private boolean digits() {
        var start = at;
        while (at < length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at > start;
    }

    private boolean word(String word) {
        if (word.length() > length - at) {
            return false;
        }
        for (var i = 0; i < word.length(); i++) {
            if (text[at + i] != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    private boolean accept(char c) {
        if (at < length && text[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r'
                || text[at] == '\t')) {
            at++;
        }
    }
}
