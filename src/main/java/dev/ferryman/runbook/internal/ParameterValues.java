package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.ParameterDefinition;
import dev.ferryman.runbook.Template;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what is given for parameters and brings it into the parameter's type. */
final class ParameterValues {
    private static final Pattern SECRET_REFERENCE = Pattern.compile("env:[A-Za-z_][A-Za-z0-9_]*|file:/.+");

    private ParameterValues() {}

    /** Values by key with defaults filled in; what is wrong goes to {@code problems} by field. */
    static Map<String, Object> fill(Template template, Map<String, Object> given, Map<String, String> problems) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (ParameterDefinition definition : template.parameters()) {
            String field = "parameters." + definition.key();
            Object value = given.get(definition.key());
            if (value == null || value.toString().isBlank()) {
                value = definition.defaultValue();
            }
            if (value == null) {
                if (definition.required()) {
                    problems.put(field, "‘" + definition.title() + "’ must be given.");
                }
                continue;
            }
            Optional<String> problem = problem(definition, value);
            if (problem.isPresent()) {
                problems.put(field, "‘" + definition.title() + "’: " + problem.get() + ".");
            } else {
                values.put(definition.key(), convert(definition, value));
            }
        }
        List<String> known = template.parameters().stream().map(ParameterDefinition::key).toList();
        given.keySet().stream().filter(key -> !known.contains(key))
                .forEach(key -> problems.put("parameters." + key, "The template has no parameter ‘" + key + "’."));
        return values;
    }

    /** What is wrong with a value, without repeating it where it may be a secret; empty when it is fine. */
    static Optional<String> problem(ParameterDefinition definition, Object value) {
        String text = value.toString().strip();
        Optional<String> byType = switch (definition.type()) {
            case TEXT -> Optional.empty();
            case NUMBER -> number(text) == null ? Optional.of("must be a number") : Optional.empty();
            case BOOLEAN -> List.of("true", "false").contains(text.toLowerCase(Locale.ROOT))
                    ? Optional.empty()
                    : Optional.of("must be true or false");
            case URL -> isUrl(text)
                    ? Optional.empty()
                    : Optional.of("must be an absolute http or https address without user and password");
            case SECRET_REF -> SECRET_REFERENCE.matcher(text).matches()
                    ? Optional.empty()
                    : Optional.of("must say where the secret is found, env:NAME or file:/path, not the secret itself");
        };
        if (byType.isPresent()) {
            return byType;
        }
        String pattern = definition.pattern();
        return pattern != null && !Pattern.matches(pattern, text)
                ? Optional.of("must match " + pattern)
                : Optional.empty();
    }

    /** A value that has no {@link #problem} in the parameter's type. */
    static Object convert(ParameterDefinition definition, Object value) {
        String text = value.toString().strip();
        return switch (definition.type()) {
            case TEXT, URL, SECRET_REF -> text;
            case BOOLEAN -> Boolean.valueOf(text.toLowerCase(Locale.ROOT));
            case NUMBER -> {
                BigDecimal number = number(text);
                if (number == null) {
                    throw new IllegalArgumentException(definition.key() + " is not a number");
                }
                yield whole(number);
            }
        };
    }

    private static Object whole(BigDecimal number) {
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return number;
        }
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return text.length() > 40 ? null : new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return uri.getHost() != null && uri.getRawUserInfo() == null
                    && List.of("http", "https").contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
