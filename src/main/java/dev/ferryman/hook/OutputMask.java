package dev.ferryman.hook;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out of a text: the known values, in the forms they travel in, and what looks like a password in a URL,
 * an assignment or an authorisation header ({@code DESIGN.md} I8).
 */
public final class OutputMask {
    /** What stands where a secret stood. */
    public static final String MASKED = "***";

    private static final Pattern URL_PASSWORD = Pattern.compile("(?<=://)([^\\s/@:]*):([^\\s@]+)@");
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?i)((?:password|passwd|pwd|secret|token|api[_-]?key)[\"']?\\s*[=:]\\s*)(\"[^\"]*\"|'[^']*'|[^\\s,;&}]+)");
    private static final Pattern AUTHORISATION = Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}");
    /** Values shorter than this would blot out ordinary words. */
    private static final int SHORTEST = 3;

    private final List<String> values;

    /** @param secrets values that must not be shown; very short ones (below three characters) are left to the patterns */
    public OutputMask(List<String> secrets) {
        this.values = secrets.stream().filter(s -> s.length() >= SHORTEST).flatMap(OutputMask::forms).distinct()
                .sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    /** The text with every secret replaced by {@value #MASKED}. */
    public String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, MASKED);
        }
        masked = URL_PASSWORD.matcher(masked).replaceAll("$1:" + MASKED + "@");
        masked = AUTHORISATION.matcher(masked).replaceAll("$1 " + MASKED);
        return ASSIGNMENT.matcher(masked).replaceAll("$1" + MASKED);
    }

    /** Whether one of the known values is in a text. */
    public boolean finds(String text) {
        return values.stream().anyMatch(text::contains);
    }

    private static Stream<String> forms(String secret) {
        return Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
    }
}
