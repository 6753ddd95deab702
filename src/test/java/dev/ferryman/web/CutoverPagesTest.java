package dev.ferryman.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.cutover.TinyApplication;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.util.HtmlUtils;

/** The cutover pages as people use them, most of it without a script. */
@StateStores.OnSqlite
class CutoverPagesTest {
    private static final Path WORK = work();
    private static final String PASSWORD = "a long enough password";
    private static final String HOSTILE = "<script>alert('x')</script> & \"ship\" 🚢 " + "w".repeat(70);

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    private final TestPostgres.Database postgres = TestPostgres.newest().freshDatabase();
    private final Map<String, Visitor> people = new ConcurrentHashMap<>();
    private Path directory = WORK;
    private @Nullable TinyApplication application;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.source-roots", WORK::toString);
        registry.add("ferryman.traffic.environment-roots", WORK::toString);
        registry.add("ferryman.work-directory", () -> WORK.resolve("cutovers").toString());
        registry.add("FERRYMAN_SECRET_KEY", () -> "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    }

    @BeforeEach
    void an_application_and_one_person_per_role() throws Exception {
        for (Role role : Role.values()) {
            if (users.find(role.id()).isEmpty()) {
                users.create(role.id(), role.label(), Set.of(role), Secret.of(PASSWORD));
            }
        }
        directory = Files.createTempDirectory(WORK, "run");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("leave.db"));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
            statement.execute("INSERT INTO employees (name) VALUES ('Ada'), ('Grace'), ('Edsger')");
            statement.execute("CREATE TABLE \"<script>alert('t')</script> 🚢\" (id INTEGER PRIMARY KEY, v TEXT)");
        }
        Files.writeString(directory.resolve("app.env"),
                "DATABASE_URL=jdbc:sqlite:" + directory.resolve("leave.db") + "\n");
        Files.writeString(directory.resolve("token"), TinyApplication.TOKEN + "\n");
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        application = new TinyApplication(directory.resolve("app.env"));
    }

    @AfterEach
    void end() {
        app().close();
        postgres.close();
    }

    @Test
    void without_a_script_people_take_a_cutover_from_the_form_to_completed() {
        String cutover = create("Leave desk");

        work(cutover, "Completed");

        Visitor viewer = person("viewer");
        assertThat(viewer.get("/").text()).contains("Leave desk", "Completed");
        assertThat(viewer.get(cutover + "/verification").text()).contains("Equal", "employees");
        assertThat(viewer.get(cutover + "/plan").text()).contains("employees", "bigint");
        assertThat(viewer.get(cutover + "/events").text()).contains("The log is whole");
        assertThat(viewer.get(cutover + "/steps/backfill").text()).contains("Attempts", "Passed", "Output");
        try (var browser = Browser.desktop(); var phone = Browser.phone()) {
            for (Browser each : List.of(browser, phone)) {
                logIn(each.page(), "viewer");
                each.page().navigate("http://localhost:" + port + cutover);
                each.keep("completed-" + each.page().viewportSize().width);
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.complaints()).isEmpty();
            }
        }
        assertThat(viewer.get(cutover + "/events.csv").html()).startsWith("seq,at,actor");
    }

    @Test
    void without_a_script_people_roll_a_cutover_back() {
        String cutover = create("Leave desk back");
        work(cutover, "Migrate");

        Visitor.Page preview = person("operator").get(cutover + "/rollback");
        assertThat(preview.text()).contains("Before the switch", "Would take about");
        Visitor.Page unconfirmed = preview.send(cutover + "/rollback", Map.of("text", "a drill", "confirm", "no"));
        assertThat(unconfirmed.status()).isEqualTo(422);
        assertThat(unconfirmed.text()).contains("was not typed", "a drill");
        unconfirmed.send(cutover + "/rollback", Map.of("text", "a drill", "confirm", "Leave desk back"));

        work(cutover, "Rolled back");
    }

    @Test
    void a_rollback_that_cannot_be_finished_is_given_up_and_has_failed() {
        String cutover = create("No way back");
        work(cutover, "Migrate");
        app().close();
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
        String cutover = create("Two at once");
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
        Map<String, String> draft = draft("");
        draft.put("source", directory.resolve("nothing.db").toString());
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
        String cutover = create(HOSTILE);
        work(cutover, "Migrate");
        Visitor viewer = person("viewer");

        for (String page : List.of("/", cutover, cutover + "/fragments/live", cutover + "/plan", cutover + "/events",
                cutover + "/rollback", cutover + "/verification", cutover + "/steps/plan")) {
            Visitor.Page drawn = viewer.get(page);
            assertThat(drawn.status()).as(page).isEqualTo(200);
            assertThat(drawn.html()).as(page).doesNotContain("<script>alert");
        }
        assertThat(viewer.get(cutover + "/plan").text()).contains("<script>alert('t')</script> 🚢");
    }

    @Test
    void a_viewer_sees_everything_and_can_do_nothing() {
        String cutover = create("Only looking");
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
        String cutover = create("Live");
        try (var browser = Browser.desktop()) {
            Page page = browser.page();
            logIn(page, "operator");
            page.navigate("http://localhost:" + port + cutover);
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
            logIn(page, "dba");
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

    private TinyApplication app() {
        return Objects.requireNonNull(application);
    }

    private void logIn(Page page, String username) {
        page.navigate("http://localhost:" + port + "/login");
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
    }

    private Visitor person(String role) {
        return people.computeIfAbsent(role, name -> new Visitor(port, name, PASSWORD));
    }

    /** Creates a cutover through the forms; answers its path. */
    private String create(String name) {
        Visitor.Page plan = person("operator").get("/cutovers/new?template=stop-and-copy").send("/cutovers/new",
                draft(name));
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertThat(plan.text()).contains("Nothing has been created or changed", "employees", "Create cutover");
        Visitor.Page created = plan.send("/cutovers", Map.of());
        assertThat(created.status()).as(created.text()).isEqualTo(200);
        assertThat(created.text()).contains("The cutover is created");
        return created.path();
    }

    private Map<String, String> draft(String name) {
        Map<String, String> draft = new HashMap<>();
        draft.put("name", name);
        draft.put("source", directory.resolve("leave.db").toString());
        draft.put("target.url", postgres.urlWithoutPassword());
        draft.put("target.passwordReference", "file:" + directory.resolve("password"));
        draft.put("target.schema", "public");
        draft.put("mode", "CREATE");
        draft.put("parameters.maintenance-url", app().address("/maintenance"));
        draft.put("parameters.maintenance-on-body", "{\"on\": true}");
        draft.put("parameters.maintenance-off-body", "{\"on\": false}");
        draft.put("parameters.hook-token", "file:" + directory.resolve("token"));
        draft.put("parameters.switch-file", directory.resolve("app.env").toString());
        draft.put("parameters.switch-value", postgres.jdbcUrl().replace(TestPostgres.PASSWORD,
                "{secret:file:" + directory.resolve("password") + "}"));
        draft.put("parameters.reload-url", app().address("/reload"));
        draft.put("parameters.health-url", app().address("/health"));
        draft.put("parameters.soak", "1s");
        draft.put("parameters.probe-every", "1s");
        return draft;
    }

    /** Everybody presses what their own page offers until the page says this. */
    private void work(String cutover, String until) {
        String name = person("viewer").get(cutover).text();
        assertThat(name).doesNotContain("Failed");
        try {
            await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200)).until(() -> {
                for (Role role : Role.values()) {
                    if (reached(cutover, until)) {
                        return true;
                    }
                    press(person(role.id()), cutover);
                }
                return reached(cutover, until);
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("Not " + until + ": " + person("operator").get(cutover).text(), e);
        }
    }

    private boolean reached(String cutover, String until) {
        String html = person("viewer").get(cutover).html();
        assertThat(html).doesNotContain("class=\"step step-failed\"");
        String head = html.substring(html.indexOf("id=\"head\""), html.indexOf("class=\"rail\""));
        return head.contains(">" + until + "<")
                || first("(?s)aria-current=\"step\".*?rail-name\">(\\w+)", html).equals(until);
    }

    private static void press(Visitor who, String cutover) {
        Visitor.Page page = who.get(cutover);
        for (String action : page.actions()) {
            boolean again = page.html().contains("id=\"again-" + first("/steps/(.*)/run", action) + "\"");
            if (action.endsWith("/run") && !again || action.endsWith("/complete") || action.endsWith("/sign")) {
                Visitor.Page after = page.send(action,
                        Map.of("text", "seen", "role", first("<option value=\"([a-z-]+)\"", page.html()), "confirm",
                                HtmlUtils.htmlUnescape(first("data-confirm=\"([^\"]*)\"", page.html()))));
                assertThat(after.status()).as(action + after.text()).isIn(200, 409);
                return;
            }
        }
    }

    private static String first(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        return found.find() ? found.group(1) : "";
    }

    private static Path work() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "moves")), "pages").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
