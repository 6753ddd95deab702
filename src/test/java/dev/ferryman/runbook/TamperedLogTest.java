package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.OTTO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.cli.CommandLineFace;
import dev.ferryman.runbook.internal.EventLog;
import dev.ferryman.runbook.internal.StockTaking;
import dev.ferryman.testing.StateStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with the database's password changes the log; {@code verify-log}, beside the running service, finds it. */
class TamperedLogTest {
    private static final int EVENTS = 6;

    @Import(ScriptedSteps.class)
    @TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
            "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        StockTaking stockTaking;
        @Autowired
        MeterRegistry meters;
        @Autowired
        JdbcTemplate template;
        @Value("${ferryman.store.url}")
        String storeUrl = "";
        String id = "";

        /** Runs statements as the owner of the database can, its own guards set aside. */
        abstract void tamper(Connection connection, List<String> statements) throws SQLException;

        @BeforeEach
        void aLog() {
            Cutover cutover = new Crew(runbook).created();
            for (int i = 1; cutover.version() < EVENTS; i++) {
                cutover = runbook.note(Command.on(cutover, OTTO), "window", "remark " + i);
            }
            id = cutover.id();
        }

        @Test
        void a_log_nobody_touched_is_whole() {
            Run run = verify();
            assertThat(run.out()).contains(id + ": 6 events, whole, last hash " + lastHash())
                    .contains("Every event is as it was written.");
            assertThat(run.status()).isZero();
            JsonNode json = JsonMapper.shared().readTree(verify("--output", "json").out());
            assertThat(json.at("/status").asString()).isEqualTo("whole");
            assertThat(json.at("/logs/0/lastHash").asString()).isEqualTo(lastHash());
            assertThat(json.at("/logs/0/broken").isNull()).isTrue();
        }

        @Test
        void an_event_that_was_changed_is_named() throws Exception {
            tamper("UPDATE event SET payload = REPLACE(payload, 'remark', 'praise') WHERE cutover_id = '" + id
                    + "' AND seq = 4");
            brokenAt(4, "the content of event 4 (step-noted) is not what its hash covers");
            JsonNode json = JsonMapper.shared().readTree(verify("--output", "json").out());
            assertThat(json.at("/status").asString()).isEqualTo("broken");
            assertThat(json.at("/logs/0/broken/event").asInt()).isEqualTo(4);
        }

        @Test
        void an_event_said_to_be_somebody_elses_is_named() throws Exception {
            tamper("UPDATE event SET actor = 'mallory', actor_name = 'Mallory' WHERE cutover_id = '" + id
                    + "' AND seq = 6");
            brokenAt(6, "the content of event 6");
        }

        @Test
        void a_missing_event_is_named() throws Exception {
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "' AND seq = 3");
            brokenAt(3, "event 3 is missing; the next one is 4");
        }

        @Test
        void a_missing_beginning_is_named() throws Exception {
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "' AND seq = 1");
            brokenAt(1, "event 1 is missing; the next one is 2");
        }

        @Test
        void a_gap_that_was_closed_by_counting_anew_is_named() throws Exception {
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "' AND seq = 3",
                    "UPDATE event SET seq = 3 WHERE cutover_id = '" + id + "' AND seq = 4",
                    "UPDATE event SET seq = 4 WHERE cutover_id = '" + id + "' AND seq = 5",
                    "UPDATE event SET seq = 5 WHERE cutover_id = '" + id + "' AND seq = 6",
                    "UPDATE cutover SET version = 5 WHERE id = '" + id + "'");
            brokenAt(3, "event 3 does not follow the event before it");
        }

        @Test
        void a_tail_that_was_cut_off_shows() throws Exception {
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "' AND seq > 4");
            brokenAt(5, "the log ends with event 4, the cutover is at version 6");
        }

        @Test
        void a_tail_that_was_cut_off_with_the_version_set_back_shows() throws Exception {
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "' AND seq > 4",
                    "UPDATE cutover SET version = 4 WHERE id = '" + id + "'");
            brokenAt(4, "the last event is not the one the cutover was left with");
        }

        @Test
        void a_log_without_any_event_is_not_whole() throws Exception {
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "'");
            brokenAt(1, "the log ends with event 0, the cutover is at version 6");
        }

        @Test
        void events_in_another_order_show() throws Exception {
            tamper("UPDATE event SET seq = 99 WHERE cutover_id = '" + id + "' AND seq = 3",
                    "UPDATE event SET seq = 3 WHERE cutover_id = '" + id + "' AND seq = 4",
                    "UPDATE event SET seq = 4 WHERE cutover_id = '" + id + "' AND seq = 99");
            brokenAt(3, "event 3 does not follow the event before it");
        }

        @Test
        void an_event_put_in_at_the_end_shows() throws Exception {
            tamper("INSERT INTO event (cutover_id, seq, at, actor, actor_name, type, payload, prev_hash, hash)"
                    + " SELECT cutover_id, 7, at, actor, actor_name, type, payload, hash, hash FROM event"
                    + " WHERE cutover_id = '" + id + "' AND seq = 6");
            brokenAt(7, "the content of event 7");
        }

        @Test
        void a_log_whose_cutover_was_removed_shows_among_all() throws Exception {
            tamper("DELETE FROM change_counter WHERE cutover_id = '" + id + "'",
                    "DELETE FROM cutover WHERE id = '" + id + "'");
            brokenAt(6, "the log is there, the cutover it belongs to is not");
            Run all = Run.of("verify-log", "--store", storeUrl);
            assertThat(all.out()).contains(id + ": 6 events, BROKEN at event 6").contains("logs are not as they were");
            assertThat(all.status()).isEqualTo(1);
        }

        @Test
        void nobody_signs_on_a_log_that_was_changed_but_the_way_out_stays_open() throws Exception {
            Cutover cutover = runbook.get(id);
            tamper("UPDATE event SET payload = REPLACE(payload, 'remark', 'praise') WHERE cutover_id = '" + id
                    + "' AND seq = 4");
            assertThatThrownBy(() -> runbook.sign(Command.on(cutover, OTTO), "go", "dba", "", List.of()))
                    .isInstanceOf(IllegalMoveException.class).hasMessageContaining("the content of event 4");
            assertThat(runbook.abort(Command.on(cutover, OTTO), "Somebody was in the log").status())
                    .isEqualTo(Status.ABORTED);
        }

        @Test
        void who_has_a_cutover_at_hand_goes_back_although_events_are_missing_and_others_are_told_what_to_do()
                throws Exception {
            Cutover cutover = runbook.get(id);
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "' AND seq = 4");
            assertThatThrownBy(() -> new EventLog(template).load(id)).isInstanceOfSatisfying(
                    UnreadableLogException.class,
                    refused -> assertThat(refused.next()).contains("restore-store"));
            assertThat(runbook.abort(Command.on(cutover, OTTO), "Somebody was in the log").status())
                    .isEqualTo(Status.ABORTED);
            assertThat(runbook.get(id).status()).isEqualTo(Status.ABORTED);
        }

        @Test
        void the_service_verifies_its_logs_by_itself_and_its_metrics_tell() throws Exception {
            stockTaking.verify();
            double before = meters.get("ferryman.event.chain.broken").gauge().value();
            tamper("UPDATE event SET actor_name = 'Mallory' WHERE cutover_id = '" + id + "' AND seq = 6");
            stockTaking.verify();
            assertThat(meters.get("ferryman.event.chain.broken").gauge().value()).isEqualTo(before + 1);
            assertThat(meters.get("ferryman.event.chain.verified.timestamp.seconds").gauge().value()).isPositive();
        }

        @Test
        void a_cutover_that_cannot_be_read_hides_none_of_the_others() throws Exception {
            String other = new Crew(runbook).created().id();
            tamper("DELETE FROM event WHERE cutover_id = '" + id + "'",
                    "UPDATE cutover SET version = 99 WHERE id = '" + id + "'",
                    "UPDATE cutover SET status = 'ABORTED' WHERE id = '" + other + "'");
            stockTaking.look();
            assertThat(meters.find("ferryman.cutover.phase").tag("cutover", id).gauge()).isNotNull();
            assertThat(meters.find("ferryman.cutover.phase").tag("cutover", other).gauge())
                    .as("over, as another replica has decided").isNull();
        }

        private void tamper(String... statements) throws SQLException {
            try (Connection connection = DriverManager.getConnection(storeUrl)) {
                tamper(connection, List.of(statements));
            }
        }

        private void brokenAt(long event, String what) {
            Run run = verify();
            assertThat(run.out()).contains("BROKEN at event " + event + ": " + what);
            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isEqualTo(1);
        }

        private Run verify(String... more) {
            List<String> args = new ArrayList<>(List.of("verify-log", "--store", storeUrl, "--cutover", id));
            args.addAll(List.of(more));
            return Run.of(args.toArray(String[]::new));
        }

        private String lastHash() {
            return runbook.events(id).getLast().hash();
        }
    }

    /** One run of the command line inside this process. */
    record Run(int status, String out, String err) {
        static Run of(String... args) {
            var out = new StringWriter();
            var err = new StringWriter();
            int status = CommandLineFace.run(args, new PrintWriter(out, true), new PrintWriter(err, true), false);
            return new Run(status, out.toString(), err.toString());
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {
        @Override
        void tamper(Connection connection, List<String> statements) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 10000");
                // Who reads first and then wants to write is refused at once where the service has written in between.
                statement.execute("BEGIN IMMEDIATE");
                List<String> names = new ArrayList<>();
                List<String> guards = new ArrayList<>();
                try (var rows = statement
                        .executeQuery(
                                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")) {
                    while (rows.next()) {
                        names.add(rows.getString(1));
                        guards.add(rows.getString(2));
                    }
                }
                for (String name : names) {
                    statement.execute("DROP TRIGGER " + name);
                }
                for (String sql : statements) {
                    statement.execute(sql);
                }
                for (String guard : guards) {
                    statement.execute(guard);
                }
                statement.execute("COMMIT");
            }
        }
    }

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {
        @Override
        void tamper(Connection connection, List<String> statements) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute("SET session_replication_role = replica");
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        }
    }
}
