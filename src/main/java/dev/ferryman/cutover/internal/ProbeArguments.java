package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.internal.ProbeSpec.Around;
import dev.ferryman.cutover.internal.ProbeSpec.Kind;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.monitor.MonitorRule;
import dev.ferryman.monitor.MonitorRule.NoData;
import dev.ferryman.monitor.MonitorRule.Severity;
import dev.ferryman.monitor.SqlLook;
import dev.ferryman.monitor.SqlProbe;
import dev.ferryman.monitor.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the probes of a step's arguments. */
final class ProbeArguments {
    /** Name of the one probe of {@code monitor.http}. */
    static final String ONLY = "http";
    private static final int MOST_PROBES = 32;
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration BREACH = Duration.ofMinutes(1);

    private ProbeArguments() {}

    /** The probe of {@code monitor.http}: all its arguments are the step's own. */
    static ProbeSpec only(Arguments arguments) {
        return spec(ONLY, Kind.HTTP, arguments, arguments);
    }

    /**
     * The probes of a watch or a baseline.
     *
     * @param step the step's arguments; its {@code for}, {@code every}, {@code breach-for} and {@code silence-for} are
     *        those of probes that have none of their own
     */
    static List<ProbeSpec> all(Arguments step) {
        Arguments probes = step.below("probes")
                .orElseThrow(() -> new BadInputException("There are no probes.", "List them under probes."));
        List<ProbeSpec> specs = new ArrayList<>();
        for (String name : probes.keys()) {
            if (!name.matches("[a-z0-9][a-z0-9-]{0,59}")) {
                throw new BadInputException("‘" + name + "’ is no name of a probe.",
                        "Use lower-case letters, digits and dashes, 60 at most.");
            }
            Arguments given = probes.below(name)
                    .orElseThrow(() -> in(name, new BadInputException("It has no arguments.",
                            "Give its kind at least.")));
            specs.add(one(name, given, step));
        }
        if (specs.isEmpty() || specs.size() > MOST_PROBES) {
            throw new BadInputException("There are " + specs.size() + " probes.", "List 1 to " + MOST_PROBES + ".");
        }
        return specs;
    }

    private static ProbeSpec one(String name, Arguments given, Arguments step) {
        try {
            String word = given.required("kind");
            Kind kind = Kind.of(word)
                    .orElseThrow(() -> unknown("kind", word, Arrays.stream(Kind.values()).map(Kind::key)
                            .toList()));
            given.keys().stream().filter(key -> !kind.keys().contains(key)).findFirst().ifPresent(key -> {
                throw new BadInputException("A probe of kind " + word + " has no ‘" + key + "’.",
                        "It may have: " + String.join(", ", kind.keys()).strip() + ".");
            });
            return spec(name, kind, given, step);
        } catch (BadInputException e) {
            throw in(name, e);
        }
    }

    private static BadInputException in(String name, BadInputException e) {
        return new BadInputException("Probe ‘" + name + "’: " + e.getMessage(), e.next(), e);
    }

    private static ProbeSpec spec(String name, Kind kind, Arguments given, Arguments step) {
        Optional<Around> baseline = given.text("baseline").map(of -> new Around(of, percent(given)));
        MonitorRule rule = rule(given, step);
        ProbeSpec spec = new ProbeSpec(name, given.text("title").orElse(name), kind, watched(kind, given),
                threshold(kind, given), baseline.orElse(null), rule, given);
        if (kind == Kind.HTTP_LATENCY && rule.interval().multipliedBy(leastSamples(given) - 1L)
                .compareTo(given.duration("window", Duration.ofMinutes(10))) > 0) {
            throw new BadInputException("Its window never holds as many answers as least-samples asks for.",
                    "Look more often, widen window, or lower least-samples.");
        }
        return spec;
    }

    static int leastSamples(Arguments given) {
        return given.number("least-samples", 20, 1, 1000);
    }

    /** The rule that arguments describe; what the probe does not say the step does. */
    private static MonitorRule rule(Arguments given, Arguments step) {
        Duration every = given.duration("every", step.duration("every", EVERY));
        int count = given.number("count", 0, 0, 1_000_000);
        boolean alone = given != step && (count > 0 || given.text("for").isPresent());
        var failures = given.below("failures").map(limit -> new MonitorRule.FailureLimit(
                limit.number("most", 0, 0, 10_000), Duration.ZERO.plus(limit.duration("within", Duration.ZERO))));
        return new MonitorRule(every, given.duration("for", step.duration("for", Duration.ZERO)),
                given.duration("breach-for", step.duration("breach-for", BREACH)),
                given.duration("silence-for", step.duration("silence-for", MonitorRule.SILENCE)),
                given.duration("initial-delay", Duration.ZERO), count, alone, failures.orElse(null),
                given.number("consecutive-errors", 0, 0, 10_000),
                word(given, "no-data", NoData.class, NoData.INCONCLUSIVE),
                word(given, "severity", Severity.class, Severity.FAIL));
    }

    private static <E extends Enum<E>> E word(Arguments given, String key, Class<E> words, E otherwise) {
        return given.text(key).map(text -> Arrays.stream(words.getEnumConstants())
                .filter(each -> lower(each).equals(text)).findFirst()
                .orElseThrow(() -> unknown(key, text,
                        Arrays.stream(words.getEnumConstants()).map(ProbeArguments::lower).toList())))
                .orElse(otherwise);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static BadInputException unknown(String key, String text, List<String> known) {
        return new BadInputException(key + " is ‘" + text + "’.", "Use one of " + String.join(", ", known) + ".");
    }

    private static String watched(Kind kind, Arguments given) {
        return switch (kind) {
            case HTTP, HTTP_LATENCY -> given.text("hook").map(hook -> "the hook " + hook)
                    .orElseGet(() -> Told.shown(given, "GET"));
            case HTTP_FLOW -> String.join(", ", given.each("requests").stream().map(each -> Told.shown(each, "GET"))
                    .toList());
            case SQL -> given.text("look").orElseGet(() -> SqlProbe.checked(given.required("query")));
            case PROMQL -> given.required("query");
            case LAG -> "the lag of the side without writes";
        };
    }

    private static Threshold threshold(Kind kind, Arguments given) {
        String unit = given.text("unit").orElseGet(() -> unit(kind, given));
        Threshold threshold = new Threshold(
                bound(given, given.text("count-field").isPresent() ? "at-least" : "least", unit),
                bound(given, "most", unit), unit);
        Double least = threshold.least();
        Double most = threshold.most();
        if (least != null && most != null && least > most) {
            throw new BadInputException("least is above most.", "Exchange them.");
        }
        return threshold;
    }

    private static String unit(Kind kind, Arguments given) {
        return switch (kind) {
            case HTTP -> given.text("of-field").isPresent()
                    ? "%"
                    : given.text("value-field").or(() -> given.text("count-field")).isPresent() ? "" : "ms";
            case HTTP_LATENCY, HTTP_FLOW -> "ms";
            case SQL -> given.text("look")
                    .map(look -> SqlLook.of(look).orElseThrow(() -> unknown("look", look, SqlLook.keys())).unit())
                    .orElse("");
            case PROMQL -> "";
            case LAG -> "s";
        };
    }

    /** A bound: a number in the unit, or a time where the unit is one. */
    private static @Nullable Double bound(Arguments given, String key, String unit) {
        Optional<String> text = given.text(key);
        if (text.isEmpty()) {
            return null;
        }
        if (!text.get().matches("-?[\\d.]+([eE]-?\\d+)?") && (unit.equals("ms") || unit.equals("s"))) {
            long millis = given.duration(key, Duration.ZERO).toMillis();
            return unit.equals("ms") ? (double) millis : millis / 1000.0;
        }
        return given.decimal(key).orElse(null);
    }

    private static double percent(Arguments given) {
        String text = given.required("within").replaceFirst("\\s*%$", "");
        try {
            double percent = Double.parseDouble(text);
            if (percent >= 0) {
                return percent;
            }
        } catch (NumberFormatException _) {
            // Answered below like a negative number.
        }
        throw new BadInputException("within is " + text + ".", "Give the percentage a figure may be off, such as 5%.");
    }
}
