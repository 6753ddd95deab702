package dev.ferryman.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A file of Prometheus rules that the chart brings.
 *
 * @param rules as they are written, in order
 */
record RuleFile(Path path, List<Map<String, Object>> rules) {
    static final Path DIRECTORY = Path.of("helm/ferryman/files/rules");

    /** A rule that calls people. */
    record Alert(String name, Map<String, String> labels, Map<String, String> annotations) {}

    /** Every file there is. */
    static List<RuleFile> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().map(RuleFile::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every alert of every file. */
    static List<Alert> alerts() {
        return all().stream().flatMap(file -> file.rules().stream()).filter(rule -> rule.containsKey("alert"))
                .map(rule -> new Alert(String.valueOf(rule.get("alert")), texts(rule, "labels"),
                        texts(rule, "annotations")))
                .toList();
    }

    /** What each rule asks. */
    List<String> expressions() {
        return rules.stream().map(rule -> String.valueOf(rule.get("expr"))).toList();
    }

    /** Names of the series that rules record. */
    List<String> recorded() {
        return rules.stream().flatMap(rule -> Optional.ofNullable(rule.get("record")).stream()).map(String::valueOf)
                .toList();
    }

    @SuppressWarnings("unchecked") // The form of a rule file, which promtool checks.
    private static RuleFile read(Path path) {
        try {
            Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(Files.readString(path));
            return new RuleFile(path, ((List<Map<String, Object>>) document.get("groups")).stream()
                    .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // As above.
    private static Map<String, String> texts(Map<String, Object> rule, String key) {
        return (Map<String, String>) rule.getOrDefault(key, Map.of());
    }
}
