package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo from login to its end, clicked by different people, as the README tells a newcomer. */
class DemoJourneyTest {
    @TempDir
    Path directory;

    @BeforeEach
    void a_browser() {
        Crew.needsABrowser();
    }

    @Test
    void people_click_from_the_checklist_to_completed_and_no_acknowledged_write_is_lost() throws Exception {
        try (var demo = Demo.start(directory.toRealPath()); var crew = Crew.withJavaScript(demo)) {
            crew.the("viewer").keeps("demo-1-checklist");
            workThroughTheChecklist(crew);
            crew.the("operator").runs("read-only");
            crew.the("viewer").awaitStep("verify", "passed");
            crew.the("viewer").keeps("demo-2-verified");
            crew.the("dba").signs("verified", "Every value is equal");
            crew.the("qa-lead").signs("verified", "Spot checks too");
            crew.the("devops-lead").awaitStep("switch", "ready");
            crew.the("devops-lead").keeps("demo-3-switch");
            crew.the("devops-lead").runsAndConfirms("switch");
            crew.the("viewer").awaitStep("writable", "passed");
            long atTheSwitch = demo.acknowledged();
            crew.the("viewer").awaitStep("tidy", "passed");
            crew.the("product-owner").signs("close", "Users are content");
            crew.the("tech-lead").signs("close", "No errors in the log");
            crew.the("operator").completes();
            crew.the("viewer").awaitHeadline("Completed");
            crew.the("viewer").keeps("demo-4-completed");

            assertThat(demo.deskDatabase()).isEqualTo("postgresql");
            await().atMost(Duration.ofSeconds(30)).until(() -> demo.acknowledged() > atTheSwitch + 20);
            assertThat(demo.proof().lost()).isEmpty();
            assertThat(crew.the("viewer").reads("#aside")).contains("Equal", "0 differences");
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void without_a_script_people_click_past_the_switch_and_back_to_sqlite() throws Exception {
        try (var demo = Demo.start(directory.toRealPath()); var crew = Crew.withoutJavaScript(demo)) {
            workThroughTheChecklist(crew);
            crew.the("operator").runs("read-only");
            crew.the("dba").signs("verified", "Every value is equal");
            crew.the("qa-lead").signs("verified", "Spot checks too");
            crew.the("devops-lead").runsAndConfirms("switch");
            crew.the("operator").awaitStep("writable", "passed");
            long atTheSwitch = demo.acknowledged();
            await().atMost(Duration.ofSeconds(30)).until(() -> demo.acknowledged() > atTheSwitch + 20);
            assertThat(crew.the("operator").reads("#aside")).contains("lost");
            crew.the("operator").rollsBack("Reports are too slow");
            crew.the("viewer").awaitHeadline("Rolled back");
            crew.the("viewer").keeps("demo-5-rolled-back-after");

            assertThat(demo.deskDatabase()).isEqualTo("sqlite");
            assertThat(demo.deskHealth().get("mode").asString()).isEqualTo("open");
            assertThat(demo.proof().lost()).filteredOn(lost -> lost.startsWith("write ")).isNotEmpty()
                    .allMatch(lost -> lost.contains("on PostgreSQL"));
            long afterwards = demo.acknowledged();
            await().atMost(Duration.ofSeconds(30)).until(() -> demo.acknowledged() > afterwards);
            assertThat(crew.complaints()).isEmpty();
        }
    }

    @Test
    void people_roll_back_before_the_switch_and_the_application_goes_on_as_if_nothing_had_been() throws Exception {
        try (var demo = Demo.start(directory.toRealPath()); var crew = Crew.withJavaScript(demo)) {
            workThroughTheChecklist(crew);
            crew.the("operator").runs("read-only");
            crew.the("dba").awaitStep("verify", "passed");
            crew.the("dba").rollsBack("The window is over");
            crew.the("viewer").awaitHeadline("Rolled back");
            crew.the("viewer").keeps("demo-6-rolled-back-before");

            assertThat(demo.deskDatabase()).isEqualTo("sqlite");
            assertThat(demo.deskHealth().get("mode").asString()).isEqualTo("open");
            long afterwards = demo.acknowledged();
            await().atMost(Duration.ofSeconds(30)).until(() -> demo.acknowledged() > afterwards);
            assertThat(demo.proof().lost()).isEmpty();
            assertThat(crew.complaints()).isEmpty();
        }
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
