package dev.ferryman.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The cutover pages as people use them, most of it without a script. */
@StateStores.OnSqlite
class CutoverPagesTest {
    private static final String HOSTILE = "<script>alert('x')</script> & \"ship\" 🚢 " + "w".repeat(70);

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    private final LiveSite site = new LiveSite();
    private @Nullable Crew crew;

    @BeforeEach
    void one_person_per_role() {
        crew = new Crew(port, users, site);
    }

    @AfterEach
    void end() {
        site.close();
    }

    private Crew crew() {
        return Objects.requireNonNull(crew);
    }

    private Visitor person(String role) {
        return crew().person(role);
    }

    @Test
    void without_a_script_people_take_a_cutover_from_the_form_to_completed() {
        String cutover = crew().create("Leave desk");

        crew().work(cutover, "Completed");

        Visitor viewer = person("viewer");
        assertThat(viewer.get("/").text()).contains("Leave desk", "Completed");
        assertThat(viewer.get(cutover + "/verification").text()).contains("Equal", "employees");
        assertThat(viewer.get(cutover + "/plan").text()).contains("employees", "bigint");
        assertThat(viewer.get(cutover + "/events").text()).contains("The log is whole");
        assertThat(viewer.get(cutover + "/steps/backfill").text()).contains("Attempts", "Passed", "Output");
        try (var browser = Browser.desktop(); var phone = Browser.phone()) {
            for (Browser each : List.of(browser, phone)) {
                crew().open(each.page(), "viewer", cutover);
                each.keep("completed-" + each.page().viewportSize().width);
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.complaints()).isEmpty();
            }
        }
        assertThat(viewer.get(cutover + "/events.csv").html()).startsWith("seq,at,actor");
    }

    @Test
    void without_a_script_people_agree_on_a_window_and_move_it() {
        Map<String, String> draft = crew().draft("Leave desk at night");
        draft.put("window.start", "2099-11-28T22:00");
        draft.put("window.end", "2099-11-28T02:00");
        draft.put("window.zone", "Europe/Berlin");
        Visitor operator = person("operator");
        Visitor.Page refused = operator.get("/cutovers/new?template=stop-and-copy").send("/cutovers/new", draft);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("The window does not end after it starts.");
        draft.put("window.end", "2099-11-29T02:00");
        String cutover = refused.send("/cutovers/new", draft).send("/cutovers", Map.of()).path();
        assertThat(operator.get(cutover).text()).contains("opens in ", "Sat 28 Nov 2099 22:00 Europe/Berlin",
                "28 Nov 2099 21:00:00 UTC");

        Map<String, String> moved = new HashMap<>(Map.of("window.start", "2099-12-05T22:00", "window.end",
                "2099-12-06T02:00", "window.zone", "Nowhere/Else", "text", "the users travel"));
        Visitor.Page typed = moveWindow(cutover, moved);
        assertThat(typed.status()).isEqualTo(422);
        assertThat(typed.html()).contains("value=\"Nowhere/Else\"", "value=\"2099-12-05T22:00\"");
        moved.put("window.zone", "Europe/Berlin");
        assertThat(moveWindow(cutover, moved).text()).contains("Sat 5 Dec 2099 22:00 Europe/Berlin");
        assertThat(person("viewer").get(cutover).actions()).doesNotContain(cutover + "/window");
        assertThat(person("viewer").get(cutover + "/events").text()).contains("the users travel");
    }

    /** Its checks go on meanwhile and can be faster. */
    private Visitor.Page moveWindow(String cutover, Map<String, String> fields) {
        while (true) {
            Visitor.Page answer = person("operator").get(cutover).send(cutover + "/window", fields);
            if (answer.status() != 409) {
                return answer;
            }
        }
    }

    @Test
    void without_a_script_people_roll_a_cutover_back() {
        String cutover = crew().create("Leave desk back");
        crew().work(cutover, "Migrate");

        Visitor.Page preview = person("operator").get(cutover + "/rollback");
        assertThat(preview.text()).contains("Before the switch", "Would take about");
        Visitor.Page unconfirmed = preview.send(cutover + "/rollback", Map.of("text", "a drill", "confirm", "no"));
        assertThat(unconfirmed.status()).isEqualTo(422);
        assertThat(unconfirmed.text()).contains("was not typed", "a drill");
        unconfirmed.send(cutover + "/rollback", Map.of("text", "a drill", "confirm", "Leave desk back"));

        crew().work(cutover, "Rolled back");
    }

    @Test
    void a_rollback_that_cannot_be_finished_is_given_up_and_has_failed() {
        String cutover = crew().create("No way back");
        crew().work(cutover, "Migrate");
        site.application().close();
        person("operator").get(cutover + "/rollback").send(cutover + "/rollback",
                Map.of("text", "a drill", "confirm", "No way back"));

        Visitor.Page preview = person("operator").get(cutover + "/rollback");
        assertThat(preview.text()).contains("Give up the rollback", "recorded as failed");
        preview.send(cutover + "/abort", Map.of("text", "the application is gone", "confirm", "No way back"));

        assertThat(person("viewer").get(cutover).text()).contains("Failed", "its rollback was given up");
        assertThat(person("viewer").get(cutover + "/events").text())
                .contains("gave the rollback up: the application is gone");
    }

    @Test
    void a_stale_click_does_nothing_and_comes_back_with_the_new_state_and_what_was_typed() {
        String cutover = crew().create("Two at once");
        String done = cutover + "/steps/tests-green/complete";
        Visitor.Page drawn = person("qa-lead").get(cutover);
        Visitor.Page first = drawn.send(done, Map.of("text", "run 17"));
        assertThat(first.status()).isEqualTo(200);

        Visitor.Page operator = person("operator").get(cutover);
        Visitor.Page stale = operator.send(cutover + "/steps/version-recorded/complete",
                Map.of("version", "1", "text", "commit abc"));

        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.html()).contains("role=\"alert\"");
        assertThat(stale.text()).contains("Somebody was faster", "Nothing was done", "commit abc");
    }

    @Test
    void what_is_wrong_with_a_draft_stands_beside_its_field_and_the_password_is_never_drawn() {
        Visitor operator = person("operator");
        Map<String, String> draft = crew().draft("");
        draft.put("source", site.directory().resolve("nothing.db").toString());
        draft.put("target.passwordReference", "");
        draft.put("target.password", "not-the-right-one");

        Visitor.Page refused = operator.get("/cutovers/new?template=stop-and-copy").send("/cutovers/new", draft);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("to correct. Nothing was created.", "A password is kept for this form");
        assertThat(refused.html()).contains("id=\"f-name\"", "aria-invalid=\"true\"",
                "value=\"" + draft.get("parameters.health-url") + "\"").doesNotContain("not-the-right-one");
    }

    @Test
    void hostile_names_are_text_on_every_page() {
        String cutover = crew().create(HOSTILE);
        crew().work(cutover, "Migrate");
        Visitor viewer = person("viewer");

        for (String page : List.of("/", cutover, cutover + "/fragments/live", cutover + "/plan", cutover + "/events",
                cutover + "/rollback", cutover + "/verification", cutover + "/steps/plan", cutover + "/report",
                cutover + "/report.html", cutover + "/report.md")) {
            Visitor.Page drawn = viewer.get(page);
            assertThat(drawn.status()).as(page).isEqualTo(200);
            assertThat(drawn.html()).as(page).doesNotContain("<script>alert");
        }
        assertThat(viewer.get(cutover + "/plan").text()).contains("<script>alert('t')</script> 🚢");
    }

    @Test
    void a_viewer_sees_everything_and_can_do_nothing() {
        String cutover = crew().create("Only looking");
        Visitor viewer = person("viewer");

        assertThat(viewer.get(cutover).actions()).containsExactly("/logout");
        assertThat(viewer.get("/cutovers/new").status()).isEqualTo(403);
        assertThat(viewer.get("/").html()).doesNotContain("href=\"/cutovers/new\"");
        assertThat(viewer.get(cutover).send("/logout", Map.of()).status()).isEqualTo(200);
    }

    @Test
    void an_unknown_cutover_has_its_page() {
        assertThat(person("operator").get("/cutovers/nothing").status()).isEqualTo(404);
        assertThat(person("operator").get("/templates/nothing").status()).isEqualTo(404);
    }

    @Test
    void an_open_page_follows_what_others_do_and_keeps_what_is_being_typed() {
        String cutover = crew().create("Live");
        try (var browser = Browser.desktop()) {
            Page page = browser.page();
            crew().open(page, "operator", cutover);
            page.locator("#evidence-version-recorded").fill("half a sent");
            assertThat(page.locator("#step-tests-green")).containsText("Ready");

            person("qa-lead").get(cutover).send(cutover + "/steps/tests-green/complete", Map.of("text", "run 17"));

            assertThat(page.locator("#step-tests-green")).containsText("Evidence: run 17");
            assertThat(page.locator("#evidence-version-recorded")).hasValue("half a sent");
            assertThat(page.locator("#connection-lost")).isHidden();
            browser.keep("cutover-live");
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.scrollsSideways()).isFalse();
        }
        try (var phone = Browser.darkPhone()) {
            Page page = phone.page();
            crew().open(page, "dba", "/");
            for (String path : List.of("/", "/templates", "/templates/stop-and-copy",
                    "/cutovers/new?template=stop-and-copy", cutover, cutover + "/plan", cutover + "/events",
                    cutover + "/rollback", cutover + "/verification")) {
                page.navigate("http://localhost:" + port + path);
                phone.keep("phone" + path.replaceAll("[^a-z-]", "-"));
                assertThat(phone.scrollsSideways()).as(path).isFalse();
                assertThat(phone.smallTargets()).as(path).isEmpty();
            }
            assertThat(phone.complaints()).isEmpty();
        }
    }
}
