package dev.ferryman.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Grafana dashboard that the chart brings. */
record DashboardFile(Path path, JsonNode json) {
    private static final Path DIRECTORY = Path.of("helm/ferryman/files/dashboards");

    /** Every file there is. */
    static List<DashboardFile> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().map(DashboardFile::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DashboardFile read(Path path) {
        try {
            return new DashboardFile(path, JsonMapper.shared().readTree(Files.readString(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it asks Prometheus: for its panels and its vertical lines. */
    List<String> expressions() {
        List<String> found = new ArrayList<>();
        json.findValues("expr").forEach(each -> found.add(each.asString()));
        return found;
    }

    /** The same as Prometheus reads it, with values for Grafana's variables. */
    List<String> expressionsWithValues() {
        return expressions().stream().map(each -> each.replace("$__rate_interval", "5m").replace("$before", "1d")
                .replaceAll("\\$[a-z]+", "some")).toList();
    }

    /** The series that variables take their values from, as {@code label_values(series, label)} names them. */
    List<String> variables() {
        return json.at("/templating/list").valueStream().map(each -> each.path("definition").asString(""))
                .filter(each -> !each.isEmpty()).map(each -> each.replaceAll("label_values\\((.*), *[a-z]+\\)", "$1"))
                .toList();
    }
}
