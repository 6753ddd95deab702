package dev.ferryman.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.cutover.DecisionMatrix;
import dev.ferryman.cutover.RecoveryOption;
import dev.ferryman.cutover.Team;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.report.Report;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.testing.StateStores;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** To the end, and back as people decide. What goes wrong by itself: {@link FaultMatrixTest}. */
@StateStores.OnSqlite
class BlueGreenTest extends BlueGreenDeployment {
    @Autowired
    private Reports reports;

    @Test
    void it_is_completed_without_a_failed_read_and_blue_is_shut_down_when_its_retention_is_over() throws Exception {
        Files.deleteIfExists(BLUE_STOPPED);
        Map<String, String> parameters = parameters("blue-green");
        parameters.put("keep-blue", "20s");
        parameters.put("stop-blue", "stop-blue");
        String id = create("blue-green", parameters, WindowDraft.NONE);
        team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
        awaitWrites(50);
        Cutover kept = team.work(id,
                cutover -> cutover.step("blue-shutdown").orElseThrow().status() == StepStatus.PASSED);
        assertThat(kept.step("blue-shutdown").orElseThrow().lastAttempt().orElseThrow().startedAt())
                .isAfterOrEqualTo(kept.switchedAt().orElseThrow().plusSeconds(20));
        assertThat(BLUE_STOPPED).exists();
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    @Test
    void going_back_before_the_switch_leaves_users_where_they_were() throws Exception {
        String id = create("blue-green");
        team.work(id, cutover -> cutover.step("green-tried").orElseThrow().status() == StepStatus.READY);
        backByPerson(id);
        assertThat(site.postgres()
                .scalar("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'ferryman')")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"canary,at-5", "load-balancer,at-10", "blue-green,first-minutes", "canary,first-minutes",
            "load-balancer,at-100"})
    void somebody_who_takes_it_back_while_all_is_well_loses_nothing(String template, String step) throws Exception {
        String id = create(template);
        begin(id, step);
        backByPerson(id);
    }

    @Test
    void errors_after_the_switch_announce_the_rollback_and_matrix_and_report_say_why_when_and_what_it_costs()
            throws Exception {
        String id = create("blue-green");
        begin(id, "first-minutes");
        site.line().errorEvery(4);
        Cutover announced = team.watch(id, cutover -> cutover.pendingRollback().isPresent());
        String reason = announced.pendingRollback().orElseThrow().reason();
        assertThat(reason).contains("Failed requests");
        DecisionMatrix matrix = cutovers.decisionMatrix(id);
        assertThat(String.join(" ", matrix.situation())).contains("Failed requests");
        RecoveryOption best = matrix.options().getFirst();
        assertThat(best.key()).isEqualTo("rollback");
        assertThat(best.possible()).isTrue();
        assertThat(best.writesAtRisk()).isZero();
        assertThat(best.takes()).isPositive();
        assertThat(matrix.options())
                .allSatisfy(option -> assertThat(option.losses() + option.needs()).isNotBlank())
                .allSatisfy(option -> assertThat(option.takes()).isGreaterThanOrEqualTo(Duration.ZERO));
        backByItself(id);
        Report report = reports.of(Team.the("viewer"), id);
        assertThat(report.verdict()).startsWith("Rolled back at ");
        assertThat(section(report, "Rollback").paragraphs()).contains("Reason: " + reason, "No write was lost.");
        assertThat(section(report, "Rollback capability").rows())
                .anySatisfy(row -> assertThat(row.getLast()).startsWith("It took "));
    }

    private static Report.Section section(Report report, String title) {
        return report.sections().stream().filter(section -> section.title().equals(title)).findFirst().orElseThrow();
    }

    @Test
    void reads_move_in_shares_and_writes_once_and_nothing_is_lost_on_the_way_to_the_end() throws Exception {
        String id = create("load-balancer");
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    @Test
    void the_template_that_the_guide_works_out_is_completed() throws Exception {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        String id = create("reads-first",
                Map.of("router", "edge", "app", site.entrance() + "/health", "green", site.health(true)),
                new WindowDraft(now.minusMinutes(1).toString(), now.plusHours(4).toString(), "UTC"));
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }
}
