package dev.ferryman.notify.internal;

import java.util.regex.Pattern;

/** Takes everything out of a text that could mean more than its letters: line breaks in names, control characters. */
final class PlainText {
    private static final int LONGEST_VALUE = 500;
    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_LINE = 250;
    private static final int LONGEST_TEXT = 20_000;
    private static final Pattern CALLS_ALL = Pattern.compile("@(?=(?i:channel|here|everyone|all)\\b)");
    private static final String WORD_JOINER = "\u2060";

    private PlainText() {}

    /** A value for a placeholder: one line. */
    static String value(String text) {
        return cut(cleaned(text, false), LONGEST_VALUE);
    }

    /** A subject. */
    static String line(String text) {
        return cut(cleaned(text, false).strip(), LONGEST_LINE);
    }

    /** A text of several lines. */
    static String block(String text) {
        return cut(cleaned(text, true), LONGEST_TEXT);
    }

    /** A channel's name as it may be kept and shown, whatever a parameter says. */
    static String channel(String text) {
        return cut(cleaned(text, false).strip(), LONGEST_NAME);
    }

    /** For chats: nothing is markup, a link with another face, or a call for everybody. */
    static String chat(String text) {
        String entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return CALLS_ALL.matcher(entities).replaceAll("@" + WORD_JOINER);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }

    private static String cleaned(String text, boolean lines) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(letter -> {
            boolean stays = lines && letter == '\n' || switch (Character.getType(letter)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE ->
                    false;
                default -> true;
            };
            clean.appendCodePoint(stays ? letter : ' ');
        });
        return clean.toString();
    }
}
