package dev.ferryman.report.internal;

/** The name of an attached file: a label that people read, never a path. */
public final class FileLabel {
    private static final int LONGEST = 120;

    private FileLabel() {}

    /** What is left of a name that a browser or a program sent; {@code file} where nothing is. */
    public static String of(String sent) {
        String last = sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1);
        StringBuilder label = new StringBuilder();
        last.codePoints().filter(FileLabel::visible).limit(LONGEST).forEach(label::appendCodePoint);
        String stripped = label.toString().strip();
        return stripped.isEmpty() || stripped.chars().allMatch(c -> c == '.') ? "file" : stripped;
    }

    /** A name for the file in an archive, made of letters that no file system and no shell takes for something else. */
    static String inArchive(long number, String label) {
        String plain = label.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("\\.{2,}", ".");
        return "attachments/" + number + "-" + plain;
    }

    /** Controls could break a line or turn the direction of reading, so that a name seems to be another one. */
    private static boolean visible(int letter) {
        int type = Character.getType(letter);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.UNASSIGNED;
    }
}
