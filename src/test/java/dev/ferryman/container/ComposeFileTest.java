package dev.ferryman.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What can be told of the compose file without starting it. */
class ComposeFileTest {
    private static final ComposeFile COMPOSE = ComposeFile.read();
    private static final Pattern COPIED = Pattern.compile("(?m)^COPY (src/\\S+(?: src/\\S+)*) \\S+$");

    @TempDir
    Path directory;

    @Test
    void the_minimal_profile_is_part_of_the_full_one() {
        assertThat(profile("full")).isEqualTo(COMPOSE.services());
        assertThat(profile("minimal")).containsExactlyInAnyOrder("ferryman", "store");
        assertThat(COMPOSE.settings().get("COMPOSE_PROFILES")).isEqualTo("full");
        // Whoever starts a part would otherwise wait for what is not started.
        for (String service : profile("minimal")) {
            assertThat(profile("minimal")).containsAll(COMPOSE.service(service).path("depends_on").propertyNames());
        }
    }

    @Test
    void every_file_it_mounts_exists() {
        List<String> mounted = COMPOSE.services().stream().flatMap(service -> COMPOSE.list(service, "volumes").stream())
                .map(JsonNode::asString).filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.substring(0, volume.indexOf(':'))).toList();
        assertThat(mounted).hasSizeGreaterThan(4).allSatisfy(path -> assertThat(Path.of(path)).exists());
    }

    @Test
    void every_file_the_image_is_built_from_exists() throws IOException {
        List<String> copied = COPIED.matcher(Files.readString(Path.of("src/docker/Dockerfile"))).results()
                .flatMap(line -> Stream.of(line.group(1).split(" "))).toList();
        assertThat(copied).hasSizeGreaterThan(2).allSatisfy(path -> assertThat(Path.of(path)).exists());
        assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("!src/demo", "!src/docker");
    }

    @Test
    void every_volume_is_declared_and_every_declared_one_is_used() {
        var used = new TreeSet<String>();
        for (String service : COMPOSE.services()) {
            COMPOSE.list(service, "volumes").stream().map(JsonNode::asString)
                    .map(volume -> volume.replaceFirst("^\\$\\{[A-Z_]+:-([a-z-]+)}", "$1"))
                    .filter(volume -> Character.isLetter(volume.charAt(0)))
                    .forEach(volume -> used.add(volume.substring(0, volume.indexOf(':'))));
        }
        assertThat(used).isEqualTo(new TreeSet<>(COMPOSE.root().path("volumes").propertyNames()));
    }

    @Test
    void every_setting_of_ferryman_is_one_that_it_reads() throws IOException {
        Set<String> known = settingsOfTheApplication();
        assertThat(known).contains("FERRYMAN_STORE_URL", "SERVER_PORT");
        Set<String> unknown = new TreeSet<>(COMPOSE.service("ferryman").path("environment").propertyNames());
        assertThat(unknown).hasSizeGreaterThan(5);
        unknown.removeAll(known);
        assertThat(unknown).isEmpty();
    }

    /** As {@code FERRYMAN_STORE_URL}, from the description that is made of every class of settings when it is compiled. */
    private static Set<String> settingsOfTheApplication() throws IOException {
        var known = new HashSet<String>();
        for (var description : Collections.list(ComposeFileTest.class.getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
            try (var in = description.openStream()) {
                JsonMapper.shared().readTree(in).path("properties").valueStream()
                        .map(property -> property.path("name").asString())
                        .forEach(name -> known.add(name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")));
            }
        }
        return known;
    }

    @Test
    void variables_have_a_default_and_public_images_a_tag() {
        assertThat(COMPOSE.settings()).containsKeys(COMPOSE.variablesWithoutDefault().toArray(String[]::new));
        assertThat(COMPOSE.images().map(Map.Entry::getValue)).hasSizeGreaterThan(6)
                .allSatisfy(image -> assertThat(image).matches("[a-z0-9./-]+:[A-Za-z0-9._-]+(@sha256:[0-9a-f]{64})?"));
        assertThat(COMPOSE.images().filter(image -> !image.getKey().matches("(FERRYMAN|SAMPLE)_IMAGE"))
                .map(Map.Entry::getValue)).noneMatch(image -> image.endsWith(":latest"));
    }

    @Test
    void ports_are_open_to_this_machine_only() {
        List<String> ports = COMPOSE.services().stream().flatMap(service -> COMPOSE.list(service, "ports").stream())
                .map(JsonNode::asString).toList();
        assertThat(ports).hasSize(4).allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }

    @Test
    void services_cannot_write_outside_their_volumes_nor_gain_rights() {
        for (String service : COMPOSE.services()) {
            assertThat(COMPOSE.list(service, "security_opt").toString()).as(service).contains("no-new-privileges:true");
            // PostgreSQL's image begins as root, to give itself the directory of its cluster.
            if (!service.matches("store|target")) {
                assertThat(COMPOSE.service(service).path("read_only").asBoolean()).as(service).isTrue();
                assertThat(COMPOSE.list(service, "cap_drop").toString()).as(service).contains("ALL");
            }
        }
    }

    @Test
    void secrets_of_ferryman_itself_are_where_no_cutover_may_name_them() {
        List<String> nameable = new ArrayList<>();
        for (JsonNode secret : COMPOSE.list("ferryman", "secrets")) {
            String target = secret.path("target").asString("/run/secrets/" + secret.asString(""));
            if (target.startsWith("/run/secrets/")) {
                nameable.add(target);
            }
        }
        assertThat(nameable).containsExactlyInAnyOrder("/run/secrets/target-password",
                "/run/secrets/application-token");
    }

    @Test
    void one_script_makes_every_secret_and_leaves_those_that_are_there() throws Exception {
        Path kept = Files.writeString(directory.resolve("store-password"), "mine");
        var made = new ProcessBuilder("src/docker/secrets", directory.toString()).redirectErrorStream(true).start();
        String output = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(output).isZero();
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .containsExactlyInAnyOrderElementsOf(COMPOSE.root().path("secrets").propertyNames());
        }
        assertThat(kept).hasContent("mine");
        Path token = directory.resolve("application-token");
        assertThat(Files.readString(token)).matches("[0-9a-f]{48}");
        assertThat(output).doesNotContain(Files.readString(token));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token))).isEqualTo("rw-r--r--");
    }

    @Test
    void prometheus_asks_services_that_are_started_with_it() throws IOException {
        var targets = Pattern.compile("targets: \\[\"([a-z-]+):")
                .matcher(Files.readString(Path.of("src/docker/prometheus.yml")))
                .results().map(target -> target.group(1)).filter(target -> !target.equals("localhost")).toList();
        assertThat(targets).contains("ferryman").allSatisfy(target -> {
            assertThat(profile("full")).contains(target);
            assertThat(COMPOSE.list(target, "networks").stream().map(JsonNode::asString)).contains("metrics");
        });
    }

    private static Set<String> profile(String profile) {
        return COMPOSE.services().stream()
                .filter(service -> COMPOSE.list(service, "profiles").stream()
                        .anyMatch(each -> each.asString().equals(profile)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
