package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
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

/** What people see of a rehearsal, and of what it has measured. */
@StateStores.OnSqlite
class RehearsalPagesTest {
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

    @Test
    void a_rehearsal_says_what_it_is_on_every_page_and_the_real_one_shows_what_it_measured() {
        Map<String, String> draft = crew().draft("Leave desk rehearsed");
        draft.put("rehearsal", "true");
        Visitor operator = crew().person("operator");
        Visitor.Page plan = operator.get("/cutovers/new?template=stop-and-copy").send("/cutovers/new", draft);
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertMarked(plan);
        assertThat(plan.text()).contains("planned from its own copy of the file", "Create rehearsal")
                .doesNotContain("It cannot be created", "Create cutover");
        Visitor.Page created = plan.send("/cutovers", Map.of());
        assertThat(created.text()).contains("The rehearsal is created",
                "a private copy of it that the first step takes");
        String rehearsal = created.path();
        assertThat(operator.get("/cutovers/new?like=" + rehearsal.substring(rehearsal.lastIndexOf('/') + 1)).html())
                .containsPattern("name=\"rehearsal\" value=\"true\" checked");

        crew().work(rehearsal, "Completed");

        for (String page : List.of("", "/plan", "/verification", "/events", "/report", "/rollback",
                "/steps/backfill")) {
            assertMarked(operator.get(rehearsal + page));
        }
        assertThat(operator.get(rehearsal).text()).contains("Rehearsal: not done. It would keep the application from",
                "a private copy of it as of", "Application would be read-only");
        assertThat(operator.get(rehearsal + "/report").text()).contains("the application was not touched");
        assertThat(operator.get(rehearsal + "/report.md").html())
                .startsWith("# Rehearsal report: Leave desk rehearsed");
        assertThat(operator.get("/?q=rehearsed").html()).contains("class=\"tag tag-warn\">Rehearsal<");

        try (var target = TestPostgres.newest().freshDatabase()) {
            Map<String, String> real = new HashMap<>(crew().draft("Leave desk for real"));
            real.put("target.url", target.urlWithoutPassword());
            Visitor.Page estimated = operator.get("/cutovers/new?template=stop-and-copy").send("/cutovers/new", real);
            assertThat(estimated.text()).contains("Partly measured in the rehearsal of");
            Visitor.Page page = estimated.send("/cutovers", Map.of());
            assertThat(page.html()).doesNotContain("rehearsal-band").contains("measured in the rehearsal of <a href=\""
                    + rehearsal + "\"");
            try (var desktop = Browser.desktop();
                    var phone = Browser.phone();
                    var dark = Browser.darkDesktop();
                    var darkPhone = Browser.darkPhone()) {
                int picture = 0;
                for (Browser each : List.of(desktop, phone, dark, darkPhone)) {
                    picture++;
                    crew().open(each.page(), "operator", "/cutovers/new?template=stop-and-copy");
                    look(each, "rehearsal-form-" + picture);
                    each.page().navigate("http://localhost:" + port + rehearsal);
                    look(each, "rehearsal-" + picture);
                    each.page().navigate("http://localhost:" + port + page.path());
                    look(each, "rehearsed-" + picture);
                    each.page().navigate("http://localhost:" + port + "/");
                    look(each, "rehearsal-list-" + picture);
                }
            }
        }
    }

    private static void look(Browser browser, String name) {
        browser.keep(name);
        assertThat(browser.scrollsSideways()).as(name).isFalse();
        assertThat(browser.smallTargets()).as(name).isEmpty();
        assertThat(browser.complaints()).as(name).isEmpty();
    }

    private static void assertMarked(Visitor.Page page) {
        assertThat(page.html()).as(page.path()).containsPattern("<main id=\"main\"[^>]*class=\"[^\"]*rehearsal\"")
                .contains("class=\"rehearsal-band\"");
        assertThat(page.text()).as(page.path()).contains("Rehearsal. It works on a private copy of the source");
    }
}
