package dev.ferryman.runbook.internal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/**
 * Keeps secrets out of what a step writes (DESIGN.md I8): values the step named, in the forms they travel in, and whatever
 * looks like a password in a URL, an assignment or an authorisation header.
 */
final class Masking {
    private static final String MASKED = "***";
    private static final Pattern IN_URL = Pattern.compile("(://[^\\s/:@]*):[^\\s@]+@");
    private static final Pattern IN_HEADER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[\\w.~+/=-]{8,}");
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)((?:password|passwd|pwd|secret|token|api[_-]?key)[\"']?\\s*[=:]\\s*)(\"[^\"]*\"|'[^']*'|[^\\s,;&}]+)");

    private final Set<String> concealed = new ConcurrentSkipListSet<>(
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    void conceal(String secret) {
        if (secret.isBlank()) {
            return;
        }
        concealed.add(secret);
        concealed.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        concealed.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
    }

    String mask(String text) {
        String masked = text;
        for (String secret : concealed) {
            masked = masked.replace(secret, MASKED);
        }
        masked = IN_URL.matcher(masked).replaceAll("$1:" + MASKED + "@");
        masked = IN_HEADER.matcher(masked).replaceAll("$1 " + MASKED);
        return ASSIGNED.matcher(masked).replaceAll("$1" + MASKED);
    }

    Map<String, Object> mask(Map<String, Object> facts) {
        Map<String, Object> masked = new LinkedHashMap<>();
        facts.forEach((key, value) -> masked.put(key, maskValue(value)));
        return masked;
    }

    private Object maskValue(Object value) {
        return switch (value) {
            case String text -> mask(text);
            case List<?> list -> list.stream().map(this::maskValue).toList();
            case Map<?, ?> map -> {
                Map<String, Object> masked = new LinkedHashMap<>();
                map.forEach((key, item) -> masked.put(String.valueOf(key), maskValue(item)));
                yield masked;
            }
            default -> value;
        };
    }
}
