package dev.ferryman.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * While replicas are exchanged one by one, those of the version before work on a state store that the new one has migrated.
 * So a change set that was released stays as it is, and one that came later only adds what the version before need not
 * know. At a release {@code released-changesets.txt} is written anew:
 * {@code -Dtest=ChangelogRulesTest -Dchangelogs.release=true}.
 */
class ChangelogRulesTest {
    private static final Path CHANGELOGS = Path.of("src/main/resources");
    private static final Path RELEASED = Path.of("src/test/resources/dev/ferryman/store/released-changesets.txt");
    private static final Pattern ADDED_COLUMN = Pattern.compile(
            "ALTER TABLE (\\w+) ADD COLUMN \\w+ .*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern NEW_TABLE = Pattern.compile("CREATE TABLE (\\w+)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** What these take away the version before does not miss: each refuses less, or only what that version never does. */
    private static final Set<String> LOOKED_AT = Set.of("archive-1-guards-sqlite", "archive-1-guards-postgresql");

    /** A change set as it is written. */
    private record ChangeSet(String id, Map<String, Object> content) {
        String checksum() {
            try {
                byte[] text = String.valueOf(content).getBytes(StandardCharsets.UTF_8);
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void a_released_change_set_stays_as_it_is() throws Exception {
        Map<String, String> now = new LinkedHashMap<>();
        all().forEach(set -> now.put(set.id(), set.checksum()));
        if (Boolean.getBoolean("changelogs.release")) {
            Files.write(RELEASED, now.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList());
        }
        assertThat(now).containsAllEntriesOf(released());
    }

    @Test
    void what_came_since_can_be_worked_on_by_the_version_before() throws Exception {
        Set<String> released = released().keySet();
        assertThat(objections(all().stream().filter(set -> !released.contains(set.id()))
                .filter(set -> !LOOKED_AT.contains(set.id())).toList())).isEmpty();
    }

    @Test
    void what_takes_something_away_or_asks_for_more_is_found() {
        assertThat(
                objections(read("""
                                databaseChangeLog:
                                  - changeSet:
                                      id: bad
                                      author: ferryman
                                      changes:
                                        - dropColumn: {tableName: cutover, columnName: headline}
                                        - sql: ALTER TABLE cutover RENAME COLUMN headline TO sentence
                                        - sql: ALTER TABLE cutover ADD COLUMN owner text NOT NULL
                                        - createIndex: {tableName: cutover, indexName: one, unique: true, columns: []}
                                        - addNotNullConstraint: {tableName: cutover, columnName: window_start}
                                        - sql: {splitStatements: false, sql: DELETE FROM event}
                                """))).hasSize(6).allMatch(sentence -> sentence.startsWith("bad: "));
    }

    @Test
    void what_only_adds_is_not() {
        assertThat(objections(read("""
                                   databaseChangeLog:
                                     - changeSet:
                                         id: good
                                         author: ferryman
                                         changes:
                                           - createTable: {tableName: fresh, columns: []}
                                           - addUniqueConstraint: {tableName: fresh, columnNames: a}
                                           - createIndex: {tableName: cutover, indexName: more, columns: []}
                                           - sql: ALTER TABLE cutover ADD COLUMN owner text
                                           - sql: ALTER TABLE cutover ADD COLUMN tries int NOT NULL DEFAULT 0
                                   """))).isEmpty();
    }

    /** Why the version before could not work on what these leave behind, one sentence each. */
    private static List<String> objections(List<ChangeSet> sets) {
        List<String> objections = new ArrayList<>();
        Set<String> fresh = new HashSet<>();
        for (ChangeSet set : sets) {
            for (Object change : (List<?>) Objects.requireNonNullElse(set.content().get("changes"), List.of())) {
                ((Map<?, ?>) change).forEach((kind, arguments) -> {
                    if (!additive(String.valueOf(kind), arguments, fresh)) {
                        objections.add(set.id() + ": " + kind + " " + arguments
                                + " is in the way of the version before. Add beside what is there, let both versions"
                                + " work on it for one release, and take the old away in the next.");
                    }
                });
            }
        }
        return objections;
    }

    private static boolean additive(String kind, Object arguments, Set<String> fresh) {
        String table = arguments instanceof Map<?, ?> map ? String.valueOf(map.get("tableName")) : "";
        return switch (kind) {
            case "createTable" -> {
                fresh.add(table);
                yield true;
            }
            case "createIndex" -> fresh.contains(table)
                    || arguments instanceof Map<?, ?> map && !Boolean.TRUE.equals(map.get("unique"));
            case "sql" -> additive(arguments instanceof Map<?, ?> map
                    ? String.valueOf(map.get("sql"))
                    : String.valueOf(arguments), fresh);
            default -> fresh.contains(table);
        };
    }

    private static boolean additive(String sql, Set<String> fresh) {
        var column = ADDED_COLUMN.matcher(sql.strip());
        if (column.matches()) {
            String words = sql.toUpperCase(Locale.ROOT);
            return fresh.contains(column.group(1)) || !words.contains("NOT NULL") || words.contains(" DEFAULT ");
        }
        var made = NEW_TABLE.matcher(sql.strip());
        if (made.matches()) {
            fresh.add(made.group(1));
            return true;
        }
        return fresh.stream().anyMatch(table -> sql.matches("(?is).*\\b(ON|INTO|TABLE) " + table + "\\b.*"));
    }

    private static Map<String, String> released() throws IOException {
        Map<String, String> released = new LinkedHashMap<>();
        for (String line : Files.readAllLines(RELEASED)) {
            int blank = line.indexOf(' ');
            released.put(line.substring(0, blank), line.substring(blank + 1));
        }
        return released;
    }

    private static List<ChangeSet> all() throws IOException {
        List<ChangeSet> all = new ArrayList<>();
        for (Object each : entries(CHANGELOGS.resolve("db/changelog/master.yaml"))) {
            if (((Map<?, ?>) each).get("include") instanceof Map<?, ?> include) {
                all.addAll(sets(entries(CHANGELOGS.resolve(String.valueOf(include.get("file"))))));
            }
        }
        assertThat(all).isNotEmpty();
        return all;
    }

    private static List<?> entries(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return entries(in);
        }
    }

    private static List<?> entries(InputStream in) {
        Map<String, Object> document = new Yaml().load(in);
        return (List<?>) Objects.requireNonNull(document.get("databaseChangeLog"));
    }

    private static List<ChangeSet> read(String text) {
        return sets(entries(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<ChangeSet> sets(List<?> entries) {
        List<ChangeSet> sets = new ArrayList<>();
        for (Object entry : entries) {
            if (((Map<?, ?>) entry).get("changeSet") instanceof Map<?, ?> found) {
                Map<String, Object> content = new LinkedHashMap<>();
                found.forEach((key, value) -> content.put(String.valueOf(key), value));
                sets.add(new ChangeSet(String.valueOf(content.get("id")), content));
            }
        }
        return sets;
    }
}
