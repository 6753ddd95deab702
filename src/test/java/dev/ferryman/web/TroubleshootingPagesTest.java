package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A check of the target fails for its password: the card says what to look at, and the checks find it. */
@StateStores.OnSqlite
class TroubleshootingPagesTest {
    private static final String WRONG_PASSWORD = "hunter-two-and-a-half";

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;

    @Test
    void the_failed_step_says_what_to_look_at_and_the_checks_find_the_wrong_password() throws Exception {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create("Leave desk, locked out");
            Visitor dba = crew.person("dba");
            String checks = cutover + "/steps/target/checks";
            assertThat(dba.get(cutover).html()).doesNotContain(checks);
            assertThat(dba.get(checks).text()).contains("Nothing to check");

            Files.writeString(Path.of(site.passwordReference().substring("file:".length())), WRONG_PASSWORD);
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                crew.everybody(cutover);
                return dba.get(cutover).html().contains(checks);
            });
            assertThat(dba.get(cutover).text()).contains("What to look at", "It cannot connect", "pg_hba.conf");
            assertThat(dba.get(cutover + "/steps/target").text()).contains("Run these checks");

            Visitor.Page found = crew.person("viewer").get(checks);
            assertThat(found.text()).contains("Is it PostgreSQL that answers", "Fine", "refuses the password", "Wrong",
                    "Check user and password", "Nothing of it is kept").doesNotContain(WRONG_PASSWORD);
            String json = caller("viewer").get("/api/v1" + checks).body();
            assertThat(json).contains("\"wrong\"", "refuses the password").doesNotContain(WRONG_PASSWORD);
            caller("viewer").get("/api/v1" + cutover + "/steps/none/checks").problem(404, "not-found");
            look(crew, Map.of("checks", checks, "failed-step", cutover + "/steps/target", "report-forms",
                    cutover + "/report#lessons"));
        }
    }

    private Caller caller(String name) {
        CurrentUser user = new CurrentUser(name, name, users.find(name).orElseThrow().roles());
        return new Caller(port,
                tokens.create(user, "test " + System.nanoTime(), Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                        .reveal());
    }

    private static void look(Crew crew, Map<String, String> pages) {
        try (var desktop = Browser.desktop(); var dark = Browser.darkPhone()) {
            Map.of("desktop", desktop, "phone-dark", dark).forEach((name, browser) -> pages.forEach((what, path) -> {
                crew.open(browser.page(), "dba", path);
                browser.page().locator("details.more").all().forEach(each -> each.evaluate("it => it.open = true"));
                browser.keep(what + "-" + name);
                assertThat(browser.scrollsSideways()).as(what + name).isFalse();
                assertThat(browser.smallTargets()).as(what + name).isEmpty();
                assertThat(browser.complaints()).as(what + name).isEmpty();
                browser.page().context().clearCookies();
            }));
        }
    }
}
