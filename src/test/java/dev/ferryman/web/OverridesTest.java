package dev.ferryman.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsHiddenOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;

/** What people do on the pages when it does not go as planned, and what they see when something is wrong. */
@StateStores.OnSqlite
class OverridesTest {
    private static final double LONG_ENOUGH = 60_000;

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    JdbcTemplate store;

    private final LiveSite site = new LiveSite();

    @AfterEach
    void end() {
        site.close();
    }

    private static void override(Page page, String part, String summary, String reason, String button) {
        Locator where = page.locator(part);
        where.getByText(summary).click();
        where.locator("details[open] textarea:visible").last().fill(reason);
        where.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button)).click();
    }

    private static void shows(Page page, String part, String text) {
        assertThat(page.locator(part)).containsText(text, new ContainsTextOptions().setTimeout(LONG_ENOUGH));
    }

    @Test
    void people_cancel_force_break_the_glass_and_go_on_without_a_step_each_with_a_reason() {
        Crew crew = new Crew(port, users, site);
        site.application().ill(true);
        String cutover = crew.create("Bad night");
        for (String[] done : new String[][]{{"qa-lead", "tests-green"}, {"product-owner", "window-booked"},
                {"operator", "rollback-rehearsed"}, {"operator", "version-recorded"}, {"dba", "backups-work"}}) {
            crew.person(done[0]).get(cutover).send(cutover + "/steps/" + done[1] + "/complete", Map.of("text", "seen"));
        }
        try (var browser = Browser.desktop()) {
            Page page = browser.page();
            crew.open(page, "operator", cutover);
            shows(page, "#step-healthy", "Running");

            override(page, "#step-healthy", "Cancel …", "wrong window", "Cancel the step");
            shows(page, "#step-healthy", "Cancelled");
            shows(page, "#step-healthy", "wrong window");
            page.locator("#retry-healthy").click();
            shows(page, "#step-healthy", "Running");
            override(page, "#step-healthy", "Force to failed …", "it hangs", "Force to failed");
            shows(page, "#step-healthy", "Forced to failed: it hangs");
            browser.keep("override-failed");
            site.application().ill(false);
            page.locator("#retry-healthy").click();
            shows(page, "#step-healthy", "Done");

            crew.person("dba").get(cutover).send(cutover + "/steps/plan-accepted/complete", Map.of("text", ""));
            shows(page, "#gate-go", "Waits for sign-offs");
            override(page, "#gate-go", "Break the glass …", "both leads are on a plane", "Ask a second person");
            shows(page, "#gate-go", "asks to pass this gate without its sign-offs: both leads are on a plane");
            shows(page, "#head", "a second person must confirm");
            browser.keep("override-glass");
            assertThat(crew.person("operator").get(cutover).actions()).as("not by the same person")
                    .noneMatch(action -> action.endsWith("/confirm-break-glass"));
            crew.person("dba").get(cutover).send(cutover + "/gates/go/confirm-break-glass", Map.of());
            shows(page, "#gate-go", "broke the glass");

            crew.open(page, "operator", cutover + "/rollback");
            shows(page, "#options", "Stay on SQLite and remove what was made in PostgreSQL");
            shows(page, "#options", "Nothing.");
            browser.keep("decision-matrix");
            crew.open(page, "operator", cutover);
            site.application().ill(true);
            crew.person("operator").get(cutover + "/rollback").send(cutover + "/rollback",
                    Map.of("text", "enough", "confirm", "Bad night"));
            shows(page, "#step-back-on-source", "Running");
            override(page, "#step-back-on-source", "Cancel …", "it is ill", "Cancel the step");
            shows(page, "#step-back-on-source", "Cancelled");
            assertThat(browser.complaints()).isEmpty();
        }
        try (var phone = Browser.phone()) {
            crew.open(phone.page(), "tech-lead", cutover);
            override(phone.page(), "#step-back-on-source", "Go on without it …", "it never left SQLite",
                    "Accept and go on");
            shows(phone.page(), "#step-back-on-source", "Accepted by Tech lead as Tech lead: it never left SQLite");
            shows(phone.page(), "#head", "Rolled back");
            phone.keep("override-skipped-phone");
            assertThat(phone.scrollsSideways()).isFalse();
        }
    }

    @Test
    void an_abort_wants_a_reason_and_the_name_and_ends_the_cutover() {
        Crew crew = new Crew(port, users, site);
        String cutover = crew.create("Called off");
        Visitor.Page abort = crew.person("operator").get(cutover + "/rollback");
        assertThat(abort.text()).contains("nothing has been touched");

        Visitor.Page unconfirmed = abort.send(cutover + "/abort", Map.of("text", "no window", "confirm", "off"));
        assertThat(unconfirmed.status()).isEqualTo(422);
        assertThat(unconfirmed.text()).contains("was not typed", "no window");
        Visitor.Page without = unconfirmed.send(cutover + "/abort", Map.of("text", " ", "confirm", "Called off"));
        assertThat(without.status()).isEqualTo(409);
        assertThat(without.text()).contains("it needs a reason");
        Visitor.Page aborted = without.send(cutover + "/abort", Map.of("text", "no window", "confirm", "Called off"));

        assertThat(aborted.text()).contains("Aborted before anything was touched");
        assertThat(aborted.actions()).containsExactly("/logout");
        assertThat(crew.person("viewer").get(cutover + "/events").text()).contains("aborted the cutover: no window");
    }

    @Test
    void a_lost_connection_is_said_at_once_and_taken_back_when_it_is_there_again() {
        Crew crew = new Crew(port, users, site);
        String cutover = crew.create("Far away");
        try (var browser = Browser.phone()) {
            Page page = browser.page();
            page.clock().install();
            crew.open(page, "operator", cutover);
            assertThat(page.locator("#connection-lost")).isHidden();

            page.context().setOffline(true);
            page.clock().fastForward(31_000);
            assertThat(page.locator("#connection-lost")).isVisible(new IsVisibleOptions().setTimeout(LONG_ENOUGH));
            browser.keep("connection-lost-phone");

            page.context().setOffline(false);
            crew.person("qa-lead").get(cutover).send(cutover + "/steps/tests-green/note", Map.of("text", "back"));
            page.clock().fastForward(6_000);
            assertThat(page.locator("#connection-lost")).isHidden(new IsHiddenOptions().setTimeout(LONG_ENOUGH));
        }
        Visitor.Page abort = crew.person("operator").get(cutover + "/rollback");
        abort.send(cutover + "/abort", Map.of("text", "over", "confirm", "Far away"));
    }

    @Test
    void every_error_has_its_page_with_the_way_on() {
        Crew crew = new Crew(port, users, site);
        String cutover = crew.create("Errors");
        String id = cutover.substring(cutover.lastIndexOf('/') + 1);
        try (var browser = Browser.darkPhone()) {
            Page page = browser.page();
            crew.open(page, "operator", "/users");
            error(browser, 403, "You may not do this");
            open(page, "/cutovers/nothing");
            error(browser, 404, "There is no such cutover");
            open(page, cutover + "/steps/nothing");
            error(browser, 404, "There is no such page");
            open(page, cutover + "/abort");
            error(browser, 405, "This address cannot be used that way");
            store.update("UPDATE cutover SET status = 'DAMAGED' WHERE id = ?", id);
            try {
                open(page, "/");
                error(browser, 500, "Something went wrong in Ferryman");
                assertThat(page.locator("main")).containsText("under reference");
            } finally {
                store.update("UPDATE cutover SET status = 'ACTIVE' WHERE id = ?", id);
            }
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("To the cutovers")).click();
            assertThat(page.locator("main")).containsText("Errors");
        }
        crew.person("operator").get(cutover + "/rollback").send(cutover + "/abort",
                Map.of("text", "over", "confirm", "Errors"));
    }

    private void open(Page page, String path) {
        page.navigate("http://localhost:" + port + path);
    }

    private static void error(Browser browser, int status, String headline) {
        Page page = browser.page();
        assertThat(page.locator("main")).containsText("Error " + status);
        assertThat(page.locator("h1")).hasText(headline);
        assertThat(page.content()).doesNotContain("Exception", "\tat ");
        assertThat(browser.scrollsSideways()).isFalse();
        assertThat(browser.smallTargets()).isEmpty();
        browser.keep("error-" + status);
    }
}
