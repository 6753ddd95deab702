package dev.ferryman.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docker-compose.yml} and the {@code .env} beside it, as they are written. */
record ComposeFile(JsonNode root, String text, Map<String, String> settings) {
    /** Where it is. */
    static final Path PATH = Path.of("docker-compose.yml");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(:-[^}]*)?}");

    static ComposeFile read() {
        try {
            String text = Files.readString(PATH);
            Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            var settings = new Properties();
            try (var in = Files.newBufferedReader(Path.of(".env"))) {
                settings.load(in);
            }
            return new ComposeFile(JsonMapper.shared().valueToTree(document), text,
                    Map.copyOf(settings.stringPropertyNames().stream()
                            .collect(Collectors.toMap(name -> name, settings::getProperty))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> services() {
        return new TreeSet<>(root.path("services").propertyNames());
    }

    JsonNode service(String name) {
        return root.path("services").path(name);
    }

    /** A list of a service, such as {@code ports}. */
    List<JsonNode> list(String service, String key) {
        return service(service).path(key).valueStream().toList();
    }

    /** Variables that have to come from {@code .env}, since the place that names them gives no default. */
    Set<String> variablesWithoutDefault() {
        var names = new TreeSet<String>();
        VARIABLE.matcher(text).results().filter(found -> found.group(2) == null)
                .forEach(found -> names.add(found.group(1)));
        return names;
    }

    /** Names of images: those built here, and public ones. */
    Stream<Map.Entry<String, String>> images() {
        return settings.entrySet().stream().filter(setting -> setting.getKey().endsWith("_IMAGE"));
    }
}
