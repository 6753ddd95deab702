package dev.ferryman.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of metrics: those that are asked for, those that the document lists, and those that the code makes. */
public final class MetricNames {
    private static final Path DOCUMENT = Path.of("src/docs/operations.md");
    private static final Path CODE = Path.of("src/main/java");
    /** Words of PromQL that stand where a name may. */
    private static final Set<String> WORDS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right",
            "or",
            "and", "unless", "offset", "bool", "inf", "nan");
    /** Made by Prometheus itself for whatever it scrapes. */
    private static final Set<String> ALWAYS = Set.of("up");
    private static final Pattern LITERAL = Pattern.compile("\"(ferryman\\.[a-z.]+)\"");
    private static final Pattern METER = Pattern
            .compile(
                    "(Counter|TimeGauge|Gauge|MultiGauge|Timer|counter|latest)(?:\\s*\\.builder)?\\((?:cutoverId, step, )?\\s*"
                            + LITERAL.pattern());

    private MetricNames() {}

    /** Names of the series that an expression asks for. */
    static Set<String> in(String expression) {
        String bare = expression.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "").replaceAll("\\{[^}]*}", "")
                .replaceAll("\\[[^]]*]", "")
                .replaceAll("(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)", "")
                .replaceAll("offset\\s+\\S+", "");
        return Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\s*\\()(?![a-zA-Z0-9_:])").matcher(bare).results()
                .filter(found -> found.start() == 0 || !Character.isLetterOrDigit(bare.charAt(found.start() - 1)))
                .map(MatchResult::group).filter(name -> !WORDS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What rules and dashboards ask for, apart from what rules record and Prometheus makes. */
    static Set<String> asked() {
        Set<String> asked = new TreeSet<>();
        List<String> recorded = RuleFile.all().stream().flatMap(file -> file.recorded().stream()).toList();
        Stream.of(RuleFile.all().stream().flatMap(file -> file.expressions().stream()),
                DashboardFile.all().stream().flatMap(file -> file.expressions().stream()),
                DashboardFile.all().stream().flatMap(file -> file.variables().stream()))
                .flatMap(each -> each).forEach(each -> asked.addAll(in(each)));
        asked.removeAll(recorded);
        asked.removeAll(ALWAYS);
        return asked;
    }

    /** What is asked of the platform that Ferryman is built on, so that a running Ferryman must have it. */
    public static Set<String> askedOfThePlatform() {
        Set<String> asked = asked();
        asked.removeAll(others());
        asked.removeIf(name -> name.startsWith("ferryman_"));
        return asked;
    }

    /** Ferryman's own, as the document lists them. */
    public static Set<String> documented() {
        return listed("## Metrics", "`(ferryman_[a-z_]+)` \\|.*");
    }

    /** Those of other exporters, as the document lists them with their source. */
    static Set<String> others() {
        return listed("## Metrics of others", "`([a-z_]+)` \\| [^|]*[a-zA-Z][^|]*\\|");
    }

    private static Set<String> listed(String heading, String row) {
        String text = read(DOCUMENT);
        int from = text.indexOf(heading + "\n");
        String section = text.substring(from, text.indexOf("\n## ", from + 1));
        return Pattern.compile("(?m)^\\| " + row).matcher(section).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a sample is of a metric of this name: a timer's has a suffix. */
    public static boolean isOf(String sample, Set<String> metrics) {
        return metrics.contains(sample) || metrics.contains(sample.replaceAll("_(count|sum|max|bucket)$", ""));
    }

    /** Those that the code makes, as Prometheus shows them. */
    static Set<String> made() {
        Set<String> made = new TreeSet<>();
        matches(METER, _ -> true).forEach(found -> made.add(found.group(2).replace('.', '_') + switch (found.group(1)) {
            case "Counter", "counter" -> "_total";
            case "Timer", "TimeGauge" -> "_seconds";
            default -> "";
        }));
        return made;
    }

    /** Every name in the code that makes meters, however it is passed on. */
    static Set<String> literals() {
        return meters(LITERAL).stream().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names among them that {@link #made} understands. */
    static Set<String> understood() {
        return meters(METER).stream().map(found -> found.group(2)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Settings are named as meters are, so files that read them are left out where any such name is looked for. */
    private static List<MatchResult> meters(Pattern pattern) {
        return matches(pattern, code -> !code.contains("@Configuration"));
    }

    private static List<MatchResult> matches(Pattern pattern, Predicate<String> among) {
        List<MatchResult> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CODE)) {
            files.filter(file -> file.toString().endsWith(".java")).map(MetricNames::read)
                    .filter(code -> code.contains("import io.micrometer.core.instrument.")).filter(among)
                    .forEach(code -> found.addAll(pattern.matcher(code).results().toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
