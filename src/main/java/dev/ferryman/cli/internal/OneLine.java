package dev.ferryman.cli.internal;

import java.util.HexFormat;

/**
 * Keeps what others wrote (names of tables, cutovers, files) from writing lines of its own into a log: every control
 * character becomes visible.
 */
final class OneLine {
    private OneLine() {}

    /** The text on one line. */
    static String of(String text) {
        if (text.codePoints().noneMatch(OneLine::escaped)) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(letter -> {
            switch (letter) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (escaped(letter)) {
                        line.append("\\u").append(HexFormat.of().withUpperCase().toHexDigits((short) letter));
                    } else {
                        line.appendCodePoint(letter);
                    }
                }
            }
        });
        return line.toString();
    }

    /** A trace of several lines, none of which could be taken for the beginning of an entry. */
    static String trace(String trace) {
        StringBuilder lines = new StringBuilder(trace.length() + 16);
        for (String line : trace.split("\n", -1)) {
            boolean ours = lines.isEmpty() || line.isEmpty() || line.startsWith("\t") || line.startsWith("Caused by: ")
                    || line.startsWith("Wrapped by: ");
            int tabs = (int) line.chars().takeWhile(letter -> letter == '\t').count();
            lines.append(lines.isEmpty() ? "" : "\n").append(ours ? "" : "\t| ").append(line, 0, tabs)
                    .append(of(line.substring(tabs)));
        }
        return lines.toString();
    }

    /** Control characters, ends of lines of Unicode, and letters that turn the direction of writing. */
    private static boolean escaped(int letter) {
        return switch (Character.getType(letter)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> letter <= Character.MAX_VALUE && letter != '\u200D' && letter != '\u00AD';
            default -> false;
        };
    }
}
