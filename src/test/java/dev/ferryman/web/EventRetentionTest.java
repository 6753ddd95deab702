package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.cli.CommandLineFace;
import dev.ferryman.report.EventRetention;
import dev.ferryman.report.internal.RetentionSettings;
import dev.ferryman.runbook.ArchivedCutoverException;
import dev.ferryman.runbook.ArchivedLog;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.LogArchive;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.store.Instants;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Cutovers that ended long ago leave the state store for a file, whole and proved, or not at all. */
class EventRetentionTest {
    private static final Path ARCHIVES = LiveSite.ROOT.resolve("archives").toAbsolutePath();

    abstract static class Contract {
        @LocalServerPort
        int port;
        @Autowired
        Users users;
        @Autowired
        Tokens tokens;
        @Autowired
        Runbook runbook;
        @Autowired
        EventRetention retention;
        @Autowired
        RetentionSettings settings;
        @Autowired
        LogArchive logs;
        @Autowired
        EventChain chain;
        @Autowired
        MeterRegistry meters;
        @Autowired
        JdbcClient store;
        @Value("${ferryman.store.url}")
        String storeUrl;
        LiveSite site;
        Crew crew;

        /** Changes an event with the guards set aside, as the owner of the database can. */
        abstract void past(Connection connection, String statement) throws SQLException;

        private void past(String statement) throws SQLException {
            try (Connection connection = DriverManager.getConnection(storeUrl)) {
                past(connection, statement);
            }
        }

        @BeforeEach
        void emptyDirectory() throws IOException {
            clear();
            site = new LiveSite();
            crew = new Crew(port, users, site);
        }

        @AfterEach
        void close() {
            site.close();
        }

        @Test
        void an_ended_cutover_is_archived_whole_and_proved_and_told_of_ever_after() throws Exception {
            String page = ended("Leave desk, given up");
            String id = id(page);
            Visitor dba = crew.person("dba");
            dba.get(page + "/report").upload(page + "/report/files", "run.log", "line 1".getBytes(
                    StandardCharsets.UTF_8));
            dba.get(page + "/report").send(page + "/report/lessons", Map.of("text", "Ask earlier"));
            store.sql("INSERT INTO step_output (cutover_id, step_key, attempt, at, line) VALUES (?, 'a', 1, ?, 'said')")
                    .params(id, Instants.text(Instant.now())).update();
            EventChain.Report before = chain.verify(id);
            retention.sweep();
            assertThat(files()).as("it ended a moment ago").isEmpty();

            double archived = archives("archived");
            longAgo(id);
            Instant ended = summary(id).updated();
            retention.sweep();
            ArchivedLog log = Objects.requireNonNull(summary(id).archived());
            assertThat(archives("archived")).isEqualTo(archived + 1);
            assertThat(log.events()).isEqualTo(before.events());
            assertThat(log.lastHash()).isEqualTo(before.lastHash());
            assertThat(summary(id).updated()).as("when it ended").isEqualTo(ended);
            assertThat(rows("event", id)).isEqualTo(1);
            assertThat(rows("step_output", id) + rows("cutover_plan", id) + rows("cutover_connection", id)
                    + rows("message", id)).isZero();
            assertThat(attachments(id)).isEmpty();

            Path file = Path.of(log.file());
            assertThat(files()).containsExactlyInAnyOrder(file, Path.of(file + ".sha256"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
            assertThat(Files.readString(Path.of(file + ".sha256")))
                    .isEqualTo(log.sha256() + "  " + file.getFileName() + "\n");
            try (ZipFile zip = new ZipFile(file.toFile())) {
                assertThat(zip.stream().map(Object::toString)).contains("report.md", "report.html", "events.jsonl",
                        "rows/step_output.jsonl").anyMatch(name -> name.startsWith("attachments/"))
                        .noneMatch(name -> name.contains("cutover_connection"));
                assertThat(text(zip, "rows/step_output.jsonl")).contains("\"line\":\"said\"");
                assertThat(text(zip, "report.md")).contains("Ask earlier");
                assertThat(text(zip, "events.jsonl").lines()).hasSize((int) before.events());
            }
            assertThat(ferryman(0, "verify-log", "--file", file.toString()))
                    .contains(id + ": " + before.events() + " events, whole, last hash " + before.lastHash());
            assertThat(ferryman(0, "verify-log", "--store", storeUrl, "--cutover", id)).contains(
                    "in the archive " + file, "not looked at", "whole");
            assertThat(ferryman(0, "verify-log", "--store", storeUrl, "--cutover", id, "--archives",
                    ARCHIVES.toString())).doesNotContain("not looked at").contains("whole");

            assertThat(dba.get("/?q=given").text()).contains("Archived", file.toString());
            Visitor.Page gone = dba.get(page);
            assertThat(gone.status()).isEqualTo(410);
            assertThat(gone.text()).contains("This cutover is archived", file.toString(), log.sha256());
            assertThat(dba.get("/cutovers/calendar.ics").status()).isEqualTo(200);
            Caller api = caller("dba");
            api.get("/api/v1/cutovers/" + id).problem(410, "gone");
            api.post("/api/v1/cutovers/" + id + "/report/lessons", Map.of("text", "late")).problem(410, "gone");
            assertThat(api.get("/api/v1/cutovers").body()).contains(log.sha256());

            retention.sweep();
            assertThat(files()).as("it is archived once").hasSize(2);
            assertThatThrownBy(() -> logs.open(id, () -> {})).isInstanceOf(ArchivedCutoverException.class);
            assertThatThrownBy(() -> store.sql("DELETE FROM event WHERE cutover_id = ?").param(id).update())
                    .as("what closes a log stays").isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("append-only");

            Files.write(file, new byte[]{'P', 'K', 0});
            assertThat(ferryman(1, "verify-log", "--store", storeUrl, "--cutover", id, "--archives",
                    ARCHIVES.toString())).contains("is not the archive that the log was closed with");
            assertThat(ferryman(2, "verify-log", "--file", file.toString())).contains("cannot be read");
            Files.delete(file);
            assertThat(ferryman(1, "verify-log", "--store", storeUrl, "--cutover", id, "--archives",
                    ARCHIVES.toString())).contains("its archive is not there");
        }

        @Test
        void no_event_goes_while_the_log_is_not_closed_and_none_is_closed_under_way() {
            String over = id(ended("Given up"));
            EventChain.Report whole = chain.verify(over);
            assertThatThrownBy(() -> logs.close(over,
                    new ArchivedLog(Instant.EPOCH, "/srv/a.zip", 1, "0".repeat(64), whole.events(), whole.lastHash()),
                    counted(over), () -> false)).hasMessageContaining("Another process");
            assertThatThrownBy(() -> logs.close(over,
                    new ArchivedLog(Instant.EPOCH, "/srv/a.zip", 1, "0".repeat(64), whole.events() - 1,
                            whole.lastHash()),
                    counted(over), () -> true)).hasMessageContaining("is not the one in /srv/a.zip");
            assertThat(chain.verify(over)).isEqualTo(whole);

            String open = id(crew.create("Under way"));
            assertThatThrownBy(() -> store.sql("DELETE FROM event WHERE cutover_id = ?").param(open).update())
                    .isInstanceOf(DataAccessException.class).hasMessageContaining("append-only");
            EventChain.Report log = chain.verify(open);
            assertThatThrownBy(() -> logs.close(open,
                    new ArchivedLog(Instant.EPOCH, "/srv/a.zip", 1, "0".repeat(64), log.events(), log.lastHash()),
                    counted(open), () -> true)).isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("cutover that has ended");
            assertThat(chain.verify(open)).isEqualTo(log);
        }

        @Test
        void a_log_that_was_changed_stays_and_so_does_all_where_no_file_can_be_written() throws Exception {
            String spoilt = id(ended("Spoilt"));
            longAgo(spoilt);
            past("UPDATE event SET actor_name = actor_name || '!' WHERE cutover_id = '" + spoilt + "' AND seq = 2");
            double failed = archives("failed");
            retention.sweep();
            assertThat(archives("failed")).isEqualTo(failed + 1);
            assertThat(files()).isEmpty();
            assertThat(chain.verify(spoilt).whole()).isFalse();
            assertThat(rows("event", spoilt)).isEqualTo(2);
            // Other tests back this store up.
            past("UPDATE event SET actor_name = replace(actor_name, '!', '') WHERE cutover_id = '" + spoilt
                    + "' AND seq = 2");
            lastChanged(spoilt, Instant.now());

            String whole = id(ended("No room"));
            longAgo(whole);
            long events = rows("event", whole);
            clear();
            Files.writeString(ARCHIVES, "a file where the directory should be");
            retention.sweep();
            assertThat(archives("failed")).isEqualTo(failed + 2);
            assertThat(rows("event", whole)).isEqualTo(events);

            clear();
            Files.createDirectories(ARCHIVES);
            Path left = Files.writeString(ARCHIVES.resolve("ferryman-cutover-" + whole + "-0123456789ab.zip"),
                    "of a run that was killed before the rows went");
            retention.sweep();
            assertThat(summary(whole).archived()).isNotNull();
            assertThat(left).doesNotExist();
            assertThat(files()).hasSize(2);
        }

        private Map<String, Long> counted(String id) {
            return logs.read(id, (_, _) -> {});
        }

        private String ended(String name) {
            String cutover = crew.create(name);
            Visitor.Page ended = crew.person("operator").get(cutover + "/rollback").send(cutover + "/abort",
                    Map.of("text", "no window", "confirm", name));
            assertThat(ended.status()).as(ended.text()).isEqualTo(200);
            return cutover;
        }

        private void longAgo(String id) {
            lastChanged(id, Instant.now().minus(settings.archiveAfter()).minus(Duration.ofHours(1)));
        }

        private void lastChanged(String id, Instant at) {
            store.sql("UPDATE cutover SET updated = ? WHERE id = ?").params(Instants.text(at), id).update();
        }

        private CutoverSummary summary(String id) {
            return runbook.list().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
        }

        private long rows(String table, String id) {
            return store.sql("SELECT count(*) FROM " + table + " WHERE cutover_id = ?").param(id).query(Long.class)
                    .single();
        }

        private double archives(String outcome) {
            return meters.get("ferryman.archives").tag("outcome", outcome).counter().count();
        }

        private List<Path> attachments(String id) throws IOException {
            try (Stream<Path> kept = Files.list(LiveSite.ROOT.resolve("cutovers/attachments").resolve(id))) {
                return kept.toList();
            }
        }

        private Caller caller(String username) {
            CurrentUser user = new CurrentUser(username, username, users.find(username).orElseThrow().roles());
            return new Caller(port, tokens.create(user, "test " + System.nanoTime(), Duration.ofDays(1),
                    EnumSet.allOf(Scope.class)).text().reveal());
        }

        private static String id(String page) {
            return page.substring(page.lastIndexOf('/') + 1);
        }
    }

    private static String text(ZipFile zip, String name) throws IOException {
        try (var in = zip.getInputStream(zip.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String ferryman(int status, String... args) {
        var out = new StringWriter();
        assertThat(CommandLineFace.run(args, new PrintWriter(out, true), new PrintWriter(out, true), false))
                .as(out.toString()).isEqualTo(status);
        return out.toString();
    }

    private static List<Path> files() throws IOException {
        if (!Files.isDirectory(ARCHIVES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(ARCHIVES)) {
            return files.toList();
        }
    }

    private static void clear() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        Files.deleteIfExists(ARCHIVES);
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {
        @Override
        void past(Connection connection, String statement) throws SQLException {
            try (var sql = connection.createStatement()) {
                sql.execute("PRAGMA busy_timeout = 10000");
                sql.execute("BEGIN IMMEDIATE");
                String guard;
                try (var rows = sql.executeQuery(
                        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'event_no_update'")) {
                    rows.next();
                    guard = rows.getString(1);
                }
                sql.execute("DROP TRIGGER event_no_update");
                sql.execute(statement);
                sql.execute(guard);
                sql.execute("COMMIT");
            }
        }
    }

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {
        @Override
        void past(Connection connection, String statement) throws SQLException {
            try (var sql = connection.createStatement()) {
                sql.execute("SET session_replication_role = replica");
                sql.execute(statement);
            }
        }
    }
}
