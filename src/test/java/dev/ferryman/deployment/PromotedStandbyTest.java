package dev.ferryman.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.testing.PrimaryAndStandby;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The primary is lost after the switch, and the bundled template's recovery goes on with its standby. */
@StateStores.OnSqlite
class PromotedStandbyTest extends BlueGreenDeployment {
    @Test
    void a_person_holds_the_rollback_and_the_promoted_standby_is_worked_on_to_the_end() throws Exception {
        try (PrimaryAndStandby servers = PrimaryAndStandby.start()) {
            servers.execute("CREATE ROLE leave_desk");
            team.before("green-deployed", () -> site.deployGreen(withPassword(servers.primaryUrl())));
            Map<String, String> parameters = parameters("blue-green");
            parameters.put("standby", servers.standbyUrl());
            String id = create(QuickTemplates.PATIENT, parameters, WindowDraft.NONE, servers.eitherUrl());
            begin(id, "first-minutes");
            servers.killPrimary();
            team.watch(id, cutover -> cutover.pendingRollback().isPresent());
            team.order(id, "operator", command -> cutovers.holdRollback(command, "the standby is promoted instead"));
            team.order(id, "dba", command -> cutovers.run(command, "promote"));
            team.watch(id, cutover -> status(cutover, "promote") == StepStatus.PASSED);
            site.repointGreen(withPassword(servers.standbyUrl()));
            team.order(id, "devops-lead", command -> cutovers.complete(command, "repointed", "it writes again"));
            awaitWrites(30);
            team.order(id, "operator", command -> cutovers.retry(command, "first-minutes"));
            assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.COMPLETED);
            Notes.assertEachIsOnce(users.leave(), DriverManager.getConnection(
                    "jdbc:" + servers.standbyUrl().replace(TestPostgres.USER + "@", ""), TestPostgres.USER,
                    TestPostgres.PASSWORD));
        }
    }

    private static String withPassword(String url) {
        return url.replace(TestPostgres.USER + "@", TestPostgres.USER + ":" + TestPostgres.PASSWORD + "@");
    }

    private static StepStatus status(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().status();
    }
}
