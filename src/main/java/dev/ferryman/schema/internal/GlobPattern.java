package dev.ferryman.schema.internal;

/** Turns the patterns of SQLite's GLOB into PostgreSQL's regular expressions. */
final class GlobPattern {
    private GlobPattern() {}

    static String toRegularExpression(String glob) throws UntranslatableException {
        var regex = new StringBuilder("^");
        for (var i = 0; i < glob.length(); i++) {
            var c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '[' -> i = bracket(glob, i, regex);
                default -> {
                    if (c < 128 && !Character.isLetterOrDigit(c) && c != ' ') {
                        regex.append('\\');
                    }
                    regex.append(c);
                }
            }
        }
        return regex.append('$').toString();
    }

    private static int bracket(String glob, int open, StringBuilder regex) throws UntranslatableException {
        var i = open + 1;
        regex.append('[');
        if (i < glob.length() && glob.charAt(i) == '^') {
            regex.append('^');
            i++;
        }
        var start = i;
        // A closing bracket that comes first is a member of the set.
        while (i < glob.length() && (glob.charAt(i) != ']' || i == start)) {
            var c = glob.charAt(i++);
            if (c == '[' || c == ']' || c == '\\' || c == '^') {
                regex.append('\\');
            }
            regex.append(c);
        }
        if (i >= glob.length()) {
            throw new UntranslatableException("GLOB with a [ that is not closed");
        }
        regex.append(']');
        return i;
    }
}
