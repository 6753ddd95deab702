package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo from login to its end, clicked by different people, as the README tells a newcomer. */
class DemoJourneyTest {
    private static final String READ_ONLY = "demo.template=stop-and-copy";

    @TempDir
    Path directory;

    @BeforeEach
    void a_browser() {
        Crew.needsABrowser();
    }

    @Test
    void people_click_from_the_checklist_to_completed_and_no_acknowledged_write_is_lost() throws Exception {
        try (var demo = Demo.start(directory.toRealPath(), READ_ONLY); var crew = Crew.withJavaScript(demo)) {
            moveToPostgres(demo, crew);
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void without_a_script_people_complete_it_as_well_with_the_state_store_on_postgres() throws Exception {
        try (var store = TestPostgres.newest().freshDatabase();
                var demo = Demo.start(directory.toRealPath(), READ_ONLY, "ferryman.store.url=" + store.jdbcUrl());
                var crew = Crew.withoutJavaScript(demo)) {
            moveToPostgres(demo, crew);
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void people_go_back_to_sqlite_after_the_switch_knowing_what_is_lost() throws Exception {
        try (var demo = Demo.start(directory.toRealPath(), READ_ONLY); var crew = Crew.withJavaScript(demo)) {
            upToTheSwitch(crew);
            crew.the("operator").awaitStep("writable", "passed");
            writesAfter(demo, demo.acknowledged() + 20);
            assertThat(crew.the("operator").opensTheRollback()).contains("After the switch",
                    "Everything written to PostgreSQL since", "would be lost");
            crew.the("operator").rollsBack("Reports are too slow");
            crew.the("viewer").awaitHeadline("Rolled back");
            crew.the("viewer").seesNoPhaseGoingOn();
            crew.the("viewer").reads("#step-losses", "were written to PostgreSQL since the switch",
                    "audit_log (");

            assertThat(demo.deskDatabase()).isEqualTo("sqlite");
            assertThat(demo.deskHealth().get("mode").asString()).isEqualTo("open");
            assertThat(demo.proof().lost()).filteredOn(lost -> lost.startsWith("write ")).isNotEmpty()
                    .allMatch(lost -> lost.contains("on PostgreSQL"));
            writesAfter(demo, demo.acknowledged());
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void people_roll_back_before_the_switch_and_the_application_goes_on_as_if_nothing_had_been() throws Exception {
        try (var demo = Demo.start(directory.toRealPath(), READ_ONLY); var crew = Crew.withJavaScript(demo)) {
            workThroughTheChecklist(crew);
            crew.the("operator").runs("read-only");
            crew.the("dba").awaitStep("verify", "passed");
            assertThat(demo.targetTables()).contains("employees", "leave_requests");
            assertThat(crew.the("dba").opensTheRollback()).contains("Before the switch", "No write is lost");
            crew.the("dba").rollsBack("The window is over");
            crew.the("viewer").awaitHeadline("Rolled back");
            crew.the("viewer").seesNoPhaseGoingOn();

            assertThat(demo.targetTables()).isEmpty();
            assertThat(demo.deskDatabase()).isEqualTo("sqlite");
            assertThat(demo.deskHealth().get("mode").asString()).isEqualTo("open");
            writesAfter(demo, demo.acknowledged());
            assertThat(demo.proof().lost()).isEmpty();
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void people_move_the_desk_while_it_writes_and_go_back_and_every_acknowledged_write_is_there() throws Exception {
        try (var demo = Demo.start(directory.toRealPath()); var crew = Crew.withJavaScript(demo)) {
            upToTheLiveSwitch(crew);
            crew.the("viewer").awaitStep("on-target", "passed");
            assertThat(demo.deskDatabase()).isEqualTo("postgresql");
            writesAfter(demo, demo.acknowledged() + 40);
            crew.the("viewer").reads("#following", "SQLite follows PostgreSQL",
                    "Writes went to PostgreSQL", "ms");
            assertThat(crew.the("operator").opensTheRollback()).contains("After the switch", "It costs 0 writes");
            crew.the("operator").rollsBack("Reports are too slow");
            crew.the("viewer").awaitHeadline("Rolled back");

            assertThat(demo.deskDatabase()).isEqualTo("sqlite");
            writesAfter(demo, demo.acknowledged() + 20);
            assertThat(demo.proof().lost()).isEmpty();
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void without_a_script_people_move_the_desk_while_it_writes_and_nothing_of_ferryman_stays() throws Exception {
        try (var demo = Demo.start(directory.toRealPath()); var crew = Crew.withoutJavaScript(demo)) {
            upToTheLiveSwitch(crew);
            crew.the("viewer").awaitStep("soak", "passed");
            crew.the("tech-lead").does("no-way-back", "The product owner agrees");
            crew.the("dba").runs("remove-capture");
            crew.the("viewer").awaitStep("tidy", "passed");
            crew.the("product-owner").signs("close", "Users are content");
            crew.the("tech-lead").signs("close", "No errors in the log");
            crew.the("operator").completes();
            crew.the("viewer").awaitHeadline("Completed");

            assertThat(demo.deskDatabase()).isEqualTo("postgresql");
            writesAfter(demo, demo.acknowledged() + 20);
            assertThat(demo.proof().lost()).isEmpty();
            assertThat(demo.targetTables()).contains("employees").noneMatch(table -> table.contains("ferryman"));
            assertThat(crew.complaints()).isEmpty();
        }
    }

    private static void upToTheLiveSwitch(Crew crew) {
        crew.the("qa-lead").does("tests-green", "Run 512 is green on SQLite and PostgreSQL");
        crew.the("operator").does("rollback-rehearsed", "Rehearsed on staging on Tuesday");
        crew.the("dba").does("backups-work", "Both restored on Thursday");
        crew.the("viewer").awaitStep("healthy", "passed");
        crew.the("dba").does("plan-accepted", "Every finding read");
        crew.the("devops-lead").signs("go", "Traffic is low");
        crew.the("tech-lead").signs("go", "The team is here");
        crew.the("dba").runs("capture");
        crew.the("viewer").awaitStep("follow", "passed");
        crew.the("dba").signs("verified", "Every value is equal");
        crew.the("qa-lead").signs("verified", "Spot checks too");
        crew.the("devops-lead").runsAndConfirms("switch");
    }

    private static void moveToPostgres(Demo demo, Crew crew) throws Exception {
        upToTheSwitch(crew);
        crew.the("viewer").awaitStep("writable", "passed");
        long atTheSwitch = demo.acknowledged();
        crew.the("viewer").awaitStep("tidy", "passed");
        crew.the("product-owner").signs("close", "Users are content");
        crew.the("tech-lead").signs("close", "No errors in the log");
        crew.the("operator").completes();
        crew.the("viewer").awaitHeadline("Completed");
        crew.the("viewer").seesNoPhaseGoingOn();

        assertThat(demo.deskDatabase()).isEqualTo("postgresql");
        writesAfter(demo, atTheSwitch + 20);
        assertThat(demo.proof().lost()).isEmpty();
        crew.the("viewer").reads("#aside", "Equal", "0 differences");
        assertThat(demo.targetTables()).contains("employees").noneMatch(table -> table.contains("ferryman"));
    }

    private static void upToTheSwitch(Crew crew) {
        workThroughTheChecklist(crew);
        crew.the("operator").runs("read-only");
        crew.the("dba").signs("verified", "Every value is equal");
        crew.the("qa-lead").signs("verified", "Spot checks too");
        crew.the("devops-lead").runsAndConfirms("switch");
    }

    private static void writesAfter(Demo demo, long acknowledged) {
        await().atMost(Duration.ofSeconds(30)).until(() -> demo.acknowledged() > acknowledged);
    }

    private static void workThroughTheChecklist(Crew crew) {
        crew.the("qa-lead").does("tests-green", "Run 512 is green on SQLite and PostgreSQL");
        crew.the("product-owner").does("window-booked", "Saturday 22:00 UTC, announced on Monday");
        crew.the("operator").does("rollback-rehearsed", "Rehearsed on staging on Tuesday");
        crew.the("operator").does("version-recorded", "Leave desk 4.2.0, commit 81fe2c0");
        crew.the("dba").does("backups-work", "Both restored on Thursday");
        crew.the("viewer").awaitStep("healthy", "passed");
        crew.the("dba").does("plan-accepted", "Every finding read");
        crew.the("devops-lead").signs("go", "Traffic is low");
        crew.the("tech-lead").signs("go", "The team is here");
    }
}
