package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What does not fit is chosen on the plan's page, by those who may, without a script. */
@StateStores.OnSqlite
class PlanPagesTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;

    private final LiveSite site = new LiveSite();

    @AfterEach
    void end() {
        site.close();
    }

    @Test
    void without_a_script_a_dba_chooses_and_others_see_what_is_chosen() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + site.sqlite());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE odd(id INTEGER PRIMARY KEY, n INTEGER)");
            statement.execute("INSERT INTO odd VALUES (1, 1), (2, '<b>two</b>'), (3, 'three')");
        }
        var crew = new Crew(port, users, site);
        String cutover = crew.create("Odd values");
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            boolean planned = crew.person("dba").get(cutover + "/plan").text().contains("What does not fit");
            if (!planned) {
                crew.everybody(cutover);
            }
            return planned;
        });

        Visitor.Page drawn = crew.person("dba").get(cutover + "/plan");
        assertThat(drawn.text()).contains("odd.n", "2 rows", "id=2", "recommended", "go to quarantine");
        Visitor.Page viewed = crew.person("viewer").get(cutover + "/plan");
        assertThat(viewed.text()).contains("Choices are made by somebody with one of these roles: dba");
        assertThat(viewed.html()).doesNotContain(">Choose<");
        assertThat(viewed.send(cutover + "/plan/choices", Map.of("choice-0", "quarantine")).status()).isEqualTo(403);

        Visitor.Page impossible = drawn.send(cutover + "/plan/choices", Map.of("choice-0", "convert"));
        assertThat(impossible.status()).isEqualTo(422);
        assertThat(impossible.text()).contains("‘convert’ is not possible for odd.n");
        Visitor.Page now = crew.person("dba").get(cutover + "/plan");
        Visitor.Page chosen = now.send(cutover + "/plan/choices", Map.of("choice-0", "quarantine"));
        assertThat(chosen.status()).as(chosen.text()).isEqualTo(200);
        assertThat(chosen.path()).isEqualTo(cutover + "/plan");
        assertThat(chosen.text()).contains("Chosen.", "as chosen");
        assertThat(chosen.html()).containsPattern("value=\"quarantine\"[^>]*checked|checked[^>]*value=\"quarantine\"");
        Visitor.Page stale = now.send(cutover + "/plan/choices", Map.of("choice-0", "skip"));
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.text()).contains("Somebody was faster");
        assertThat(crew.person("viewer").get(cutover + "/plan.yaml").html()).contains("values: quarantine");
        assertThat(crew.person("viewer").get(cutover + "/events").text())
                .contains("Chose for the plan: odd.n: quarantine");
        assertThat(crew.person("viewer").get(cutover).html()).contains(cutover + "/quarantine");
        assertThat(crew.person("viewer").get(cutover + "/quarantine").text()).contains("Nothing is in quarantine");
        try (var browser = Browser.desktop(); var phone = Browser.phone()) {
            for (Browser each : new Browser[]{browser, phone}) {
                crew.open(each.page(), "dba", cutover + "/plan");
                each.keep("plan-choices-" + each.page().viewportSize().width);
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.complaints()).isEmpty();
            }
        }
    }
}
