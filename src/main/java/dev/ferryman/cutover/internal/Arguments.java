package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the arguments that a template gives to a step. An empty text counts as not given. */
final class Arguments {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Set<Integer> SUCCESS = Set.of(200, 201, 202, 204);
    /** A header that holds this has a secret whose reference was left out. */
    private static final String NO_SECRET = "{secret:}";

    private static final Pattern PARAMETER = Pattern.compile("\\$\\{parameters\\.([^}]+)}");

    private final Map<String, Object> with;

    Arguments(Map<String, Object> with) {
        this.with = with;
    }

    /** The arguments with the cutover's parameters in place; the runbook replaces them only for a step that runs. */
    static Map<String, Object> resolved(Map<String, Object> with, Map<String, Object> parameters) {
        Map<String, Object> resolved = new LinkedHashMap<>();
        with.forEach((key, value) -> resolved.put(key, resolved(value, parameters)));
        return resolved;
    }

    private static Object resolved(Object value, Map<String, Object> parameters) {
        return switch (value) {
            case String text -> PARAMETER.matcher(text).replaceAll(found -> Matcher
                    .quoteReplacement(Objects.toString(parameters.get(found.group(1)), "")));
            case Map<?, ?> map -> {
                Map<String, Object> resolved = new LinkedHashMap<>();
                map.forEach((key, item) -> resolved.put(String.valueOf(key),
                        item == null ? "" : resolved(item, parameters)));
                yield resolved;
            }
            case List<?> list -> list.stream().map(item -> resolved(item, parameters)).toList();
            default -> value;
        };
    }

    /** Whether a placeholder is still in them, so that their values cannot be judged yet. */
    static boolean open(Object value) {
        return switch (value) {
            case String text -> text.contains("${");
            case Map<?, ?> map -> map.values().stream().anyMatch(Arguments::open);
            case Collection<?> list -> list.stream().anyMatch(Arguments::open);
            default -> false;
        };
    }

    /** Tries something with the arguments and tells what is wrong with them; open ones are let through. */
    static List<String> check(Map<String, Object> with, java.util.function.Consumer<Arguments> attempt) {
        if (open(with)) {
            return List.of();
        }
        try {
            attempt.accept(new Arguments(with));
            return List.of();
        } catch (BadInputException e) {
            return List.of(e.getMessage() + " " + e.next());
        }
    }

    Optional<String> text(String key) {
        Object value = with.get(key);
        return value == null || value instanceof Map || value instanceof Collection || value.toString().isBlank()
                ? Optional.empty()
                : Optional.of(value.toString().strip());
    }

    String required(String key) {
        return text(key).orElseThrow(
                () -> new BadInputException("The argument " + key + " is missing.", "Give it in the step's with."));
    }

    Duration duration(String key, Duration otherwise) {
        return text(key).map(text -> duration(key, text)).orElse(otherwise);
    }

    private static Duration duration(String key, String text) {
        Matcher found = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (found.matches()) {
            long count = Long.parseLong(found.group(1));
            return switch (found.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        }
        try {
            return Duration.parse(text.toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new BadInputException(key + " is no duration: " + text + ".", "Write it like 30s, 10m, 4h or 2d.", e);
        }
    }

    /** A number with or without digits after the point. */
    Optional<Double> decimal(String key) {
        return text(key).map(text -> {
            try {
                return Double.valueOf(text);
            } catch (NumberFormatException e) {
                throw new BadInputException(key + " is no number: " + text + ".", "Give a number.", e);
            }
        });
    }

    int number(String key, int otherwise, int least, int most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Answered below like a number out of bounds.
        }
        throw new BadInputException(key + " is " + text.get() + ".",
                "Give a number from " + least + " to " + most + ".");
    }

    /** A list of texts, or one text alone; empty ones are left out. */
    List<String> list(String key) {
        Object value = with.get(key);
        Collection<?> given = value instanceof Collection<?> list ? list : value == null ? List.of() : List.of(value);
        return given.stream().map(String::valueOf).map(String::strip).filter(text -> !text.isEmpty()).toList();
    }

    /** As {@link #list}, where one text may hold several, with commas or spaces between them. */
    List<String> words(String key) {
        return list(key).stream().flatMap(text -> Stream.of(text.split("[,\\s]+", -1))).filter(word -> !word.isEmpty())
                .toList();
    }

    /** A map of texts; keys with empty values are left out. */
    Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (with.get(key) instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (value != null && !value.toString().isBlank()) {
                    texts.put(String.valueOf(name), value.toString());
                }
            });
        }
        return texts;
    }

    /** What is given. */
    Set<String> keys() {
        return with.keySet();
    }

    /** The arguments of each entry of a list, empty where there is none. */
    List<Arguments> each(String key) {
        return with.get(key) instanceof Collection<?> list
                ? list.stream().flatMap(entry -> of(entry).stream()).toList()
                : List.of();
    }

    /** The arguments below a key, empty where there are none. */
    Optional<Arguments> below(String key) {
        return of(with.get(key));
    }

    private static Optional<Arguments> of(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, Object> inner = new LinkedHashMap<>();
        map.forEach((name, entry) -> {
            if (entry != null) {
                inner.put(String.valueOf(name), entry);
            }
        });
        return Optional.of(new Arguments(inner));
    }

    /** The HTTP call they describe: a configured one where they name it, or one of their own by its address. */
    HttpCall call(HttpHooks hooks, String method) {
        Optional<String> named = text("hook");
        return named.isPresent() ? hooks.named(named.get()) : hooks.checked(call(required("url"), method));
    }

    /** The HTTP call to an address, with the headers, body and limits they give. */
    HttpCall call(String url, String method) {
        Map<String, String> headers = texts("headers");
        headers.values().removeIf(value -> value.contains(NO_SECRET));
        return new HttpCall(text("method").orElse(method), HttpCall.address(url), headers, text("body").orElse(null),
                statuses(), number("retries", 0, 0, 100), duration("delay", Duration.ofSeconds(2)),
                duration("timeout", Duration.ofSeconds(10)));
    }

    /** The HTTP statuses that count as success. */
    Set<Integer> statuses() {
        Object expect = with.get("expect");
        if (expect == null) {
            return SUCCESS;
        }
        List<String> given = new ArrayList<>();
        if (expect instanceof Collection<?> list) {
            list.forEach(status -> given.add(String.valueOf(status)));
        } else {
            given.addAll(List.of(expect.toString().split("[,\\s]+")));
        }
        Set<Integer> statuses = new TreeSet<>();
        for (String status : given) {
            if (!status.matches("[1-5]\\d\\d")) {
                throw new BadInputException("expect holds " + status + ", which is no HTTP status.",
                        "Give statuses such as 200 or [200, 204].");
            }
            statuses.add(Integer.parseInt(status));
        }
        return statuses;
    }
}
