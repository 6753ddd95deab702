package dev.ferryman.deployment;

import dev.ferryman.testing.Example;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The bundled templates, and the one that the guide works out, with their hours made seconds, and nothing else changed.
 * Longer times stay longer than shorter ones.
 */
final class QuickTemplates {
    private static final Pattern KEY = Pattern.compile("^template: (.+)$", Pattern.MULTILINE);
    private static final Pattern TIME = Pattern
            .compile("\\b(for|every|breach-for|countdown|window|within): (\\d+)(s|m|h)\\b");

    /** Blue-green, with time for a person to hold what is announced. */
    static final String PATIENT = "patient-blue-green";

    private QuickTemplates() {}

    /** Key of the quick form of a bundled template. */
    static String key(String template) {
        return "quick-" + template;
    }

    /** One whose last watch takes a minute. */
    static String lasting(String template) {
        return "lasting-" + template;
    }

    /** A directory with the quick forms of these templates. */
    static Path directory(String... templates) {
        try {
            Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "quick-templates")
                    .toAbsolutePath();
            for (String template : templates) {
                Files.writeString(directory.resolve(template + ".yaml"), quick(bundled(template)));
                // The last watch: what begins late in it would otherwise find that it has passed.
                Files.writeString(directory.resolve(lasting(template) + ".yaml"),
                        quick(bundled(template).replaceFirst("for: (23h|48h)", "for: 60000ms"))
                                .replace(key(template), key(lasting(template))));
            }
            Files.writeString(directory.resolve("reads-first.yaml"),
                    quick(Example.from("templates.md", "reads-first.yaml")));
            Files.writeString(directory.resolve(PATIENT + ".yaml"), quick(bundled("blue-green"))
                    .replace(key("blue-green"), key(PATIENT)).replace("countdown: 2s", "countdown: 10m"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keys of the steps of a bundled template whose verdict takes it back, in their order. */
    static List<String> stepsThatRollBack(String template) {
        try {
            return Stream.of(bundled(template).split("\n      - ", -1))
                    .filter(step -> step.contains("on-failure: rollback"))
                    .map(step -> step.replaceFirst("(?s)^\\{?key: ([a-z0-9-]+).*", "$1")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bundled(String template) throws IOException {
        try (InputStream in = QuickTemplates.class.getResourceAsStream("/templates-runbook/" + template + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String quick(String text) {
        Matcher name = KEY.matcher(text);
        String renamed = name.replaceFirst("template: " + key("$1"));
        return TIME.matcher(renamed).replaceAll(time -> Matcher.quoteReplacement(time.group(1) + ": "
                + millis(time.group(1), Long.parseLong(time.group(2)) * seconds(time.group(3)))));
    }

    private static String millis(String key, long seconds) {
        return switch (key) {
            case "every" -> seconds <= 2 ? "200ms" : "500ms";
            case "for" -> seconds <= 60 ? "2s" : "5s";
            case "window" -> "20s";
            case "countdown" -> "2s";
            // A breach that may last longer in the template lasts longer here.
            default -> String.format(Locale.ROOT, "%dms", 1500 + Math.round(Math.log10(Math.max(1, seconds)) * 1000));
        };
    }

    private static long seconds(String unit) {
        return switch (unit) {
            case "s" -> 1;
            case "m" -> 60;
            default -> 3600;
        };
    }
}
