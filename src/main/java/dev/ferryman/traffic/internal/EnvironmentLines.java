package dev.ferryman.traffic.internal;

import dev.ferryman.endpoint.BadInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of an environment file. What is not asked for stays byte for byte: comments, order, blank lines, line ends,
 * {@code export}, other variables. Where a key stands more than once the last one counts, as it does for those who read
 * such files, and the last one is changed.
 */
public final class EnvironmentLines {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ASSIGNMENT = Pattern
            .compile("(?s)(\\s*(?:export\\s+)?)([A-Za-z_][A-Za-z0-9_]*)(\\s*=)(.*?)(\\r?\\n)?");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,?&=~;{}\\[\\]-]*");

    private final List<String> lines;

    private EnvironmentLines(List<String> lines) {
        this.lines = lines;
    }

    /** Reads a text. */
    public static EnvironmentLines parse(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end + 1));
            start = end + 1;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return new EnvironmentLines(lines);
    }

    /** Refuses what is no name of a variable. */
    public static void requireName(String key) {
        if (!NAME.matcher(key).matches()) {
            throw new BadInputException("\"" + key + "\" is no name of an environment variable.",
                    "Use letters, digits and underscores, not beginning with a digit.");
        }
    }

    /** The value of a key with its quotes taken off, empty where the key is missing. */
    public Optional<String> value(String key) {
        int at = find(key);
        return at < 0 ? Optional.empty() : Optional.of(unquote(assignment(at).group(4).strip()));
    }

    /** Whether every key has its value. */
    public boolean has(Map<String, String> values) {
        return values.entrySet().stream().allMatch(e -> value(e.getKey()).filter(e.getValue()::equals).isPresent());
    }

    /** These lines with the keys set; a missing key is added at the end. */
    public EnvironmentLines with(Map<String, String> values) {
        EnvironmentLines copy = new EnvironmentLines(new ArrayList<>(lines));
        new TreeMap<>(values).forEach(copy::set);
        return copy;
    }

    /** These lines with the keys as they stand in another version; a key that is missing there is taken out. */
    public EnvironmentLines restored(Collection<String> keys, EnvironmentLines before) {
        EnvironmentLines copy = new EnvironmentLines(new ArrayList<>(lines));
        for (String key : keys) {
            int there = before.find(key);
            int here = copy.find(key);
            if (there < 0 && here >= 0) {
                copy.lines.remove(here);
            } else if (there >= 0 && here >= 0) {
                copy.lines.set(here, ended(before.lines.get(there)));
            } else if (there >= 0) {
                copy.append(before.lines.get(there));
            }
        }
        return copy;
    }

    /** The whole text. */
    public String text() {
        return String.join("", lines);
    }

    private void set(String key, String value) {
        int at = find(key);
        if (at < 0) {
            append(key + "=" + quote(key, value) + "\n");
            return;
        }
        Matcher found = assignment(at);
        String end = found.group(5) == null ? "" : found.group(5);
        lines.set(at, found.group(1) + key + found.group(3) + quote(key, value) + end);
    }

    private void append(String line) {
        if (!lines.isEmpty()) {
            lines.set(lines.size() - 1, ended(lines.getLast()));
        }
        lines.add(line);
    }

    private static String ended(String line) {
        return line.endsWith("\n") ? line : line + "\n";
    }

    private int find(String key) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher found = ASSIGNMENT.matcher(lines.get(i));
            if (found.matches() && found.group(2).equals(key)) {
                return i;
            }
        }
        return -1;
    }

    private Matcher assignment(int at) {
        Matcher found = ASSIGNMENT.matcher(lines.get(at));
        if (!found.matches()) {
            throw new IllegalStateException("line " + (at + 1) + " is no assignment");
        }
        return found;
    }

    private static String quote(String key, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new BadInputException("The new value of " + key + " contains a line break.",
                    "An environment file holds one line per variable: give a value without line breaks.");
        }
        if (PLAIN.matcher(value).matches()) {
            return value;
        }
        if (value.indexOf('\'') < 0) {
            return "'" + value + "'";
        }
        return "\"" + value.replaceAll("([\\\\\"$`])", "\\\\$1") + "\"";
    }

    private static String unquote(String raw) {
        if (raw.length() >= 2 && raw.startsWith("'") && raw.endsWith("'")) {
            return raw.substring(1, raw.length() - 1);
        }
        if (raw.length() >= 2 && raw.startsWith("\"") && raw.endsWith("\"")) {
            return raw.substring(1, raw.length() - 1).replaceAll("\\\\([\\\\\"$`])", "$1");
        }
        return raw;
    }
}
