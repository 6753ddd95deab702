package dev.ferryman.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.runbook.Status;
import dev.ferryman.testing.StateStores;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whole templates with nginx before blue and green. */
@StateStores.OnSqlite
class NginxDeploymentTest extends BlueGreenDeployment {
    @Override
    BlueGreenSite open() throws IOException {
        return BlueGreenSite.behindNginx();
    }

    @Test
    void a_canary_is_completed_without_a_failed_read() throws Exception {
        String id = create("canary");
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.COMPLETED);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    @Test
    void the_death_of_green_takes_everything_back_to_blue() throws Exception {
        String id = create("blue-green");
        begin(id, "first-minutes");
        site.line().dead(true);
        backByItself(id);
    }
}
