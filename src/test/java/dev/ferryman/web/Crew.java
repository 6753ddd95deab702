package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.LiveSite;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.web.util.HtmlUtils;

/** One person per role, named like the role, who work through the pages. */
final class Crew {
    private static final String PASSWORD = "a long enough password";

    private final int port;
    private final LiveSite site;
    private final Map<String, Visitor> people = new ConcurrentHashMap<>();

    Crew(int port, Users users, LiveSite site) {
        this.port = port;
        this.site = site;
        for (Role role : Role.values()) {
            if (users.find(role.id()).isEmpty()) {
                users.create(role.id(), role.label(), Set.of(role), Secret.of(PASSWORD));
            }
        }
    }

    /** The person of a role, in a browser that runs no script. */
    Visitor person(String role) {
        return people.computeIfAbsent(role, name -> new Visitor(port, name, PASSWORD));
    }

    /** Logs a person in and opens an address. */
    void open(Page page, String username, String path) {
        page.navigate("http://localhost:" + port + "/login");
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
        page.navigate("http://localhost:" + port + path);
    }

    /** Creates a cutover through the forms; answers its path. */
    String create(String name) {
        Visitor.Page plan = person("operator").get("/cutovers/new?template=stop-and-copy").send("/cutovers/new",
                draft(name));
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertThat(plan.text()).contains("Nothing has been created or changed", "employees", "Create cutover");
        Visitor.Page created = plan.send("/cutovers", Map.of());
        assertThat(created.status()).as(created.text()).isEqualTo(200);
        assertThat(created.text()).contains("The cutover is created");
        return created.path();
    }

    /** What has to be typed into the form. */
    Map<String, String> draft(String name) {
        Map<String, String> draft = new HashMap<>();
        draft.put("name", name);
        draft.put("source", site.sqlite().toString());
        draft.put("target.url", site.postgres().urlWithoutPassword());
        draft.put("target.passwordReference", site.passwordReference());
        draft.put("target.schema", "public");
        draft.put("mode", "CREATE");
        site.parameters().forEach((key, value) -> draft.put("parameters." + key, value));
        return draft;
    }

    /** Everybody presses what their own page offers until the page says this. */
    void work(String cutover, String until) {
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

    /** Everybody presses once what their own page offers. */
    void everybody(String cutover) {
        for (Role role : Role.values()) {
            press(person(role.id()), cutover);
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
}
