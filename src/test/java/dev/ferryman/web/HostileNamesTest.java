package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.WaitUntilState;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** One cutover whose every name is an attack, on every page that can be reached from it. */
@StateStores.OnSqlite
class HostileNamesTest {
    private static final String HOSTILE = "\"'><img src=x onerror=window.pwned=1><script>window.pwned=2</script>${7*7}[[7*7]]";
    private static final String PASSWORD = "a long enough password";
    /** What Prometheus reads as a sample: name, labels with escaped values, number. */
    private static final Pattern SAMPLE = Pattern.compile(
            "[a-zA-Z_:][\\w:]*(\\{([a-zA-Z_]\\w*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*})? [-+\\w.]+( \\d+)?");

    /** A cell of a CSV file; what a spreadsheet takes for a formula is at its beginning. */
    private static final Pattern CELL = Pattern.compile("(?:^|\\G[,\\n])(\"?)((?<=\")(?:[^\"]++|\"\")*+|[^,\\n]*+)\\1");

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    private final List<String> ran = new ArrayList<>();

    @Test
    void no_name_runs_a_script_breaks_a_page_or_forges_a_metric() {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create(HOSTILE);
            write(cutover);
            crew.work(cutover, "Cutover");

            Set<String> seen = new HashSet<>();
            crawl(crew, "operator", cutover, seen);
            assertThat(seen).contains(cutover, cutover + "/plan", cutover + "/events", cutover + "/report", "/")
                    .anyMatch(path -> path.contains("/verification")).anyMatch(path -> path.contains("/steps/"));
            crawl(crew, "administrator", "/users", seen);
            assertThat(seen).anyMatch(path -> path.endsWith("/users/eve"));
            assertThat(ran).as("scripts that ran, or that the policy had to stop").isEmpty();
            files(crew.person("viewer"), cutover);
            metrics(crew.person("viewer"));
        } finally {
            users.change("eve", "Eve", Set.of(), false,
                    new CurrentUser("administrator", "Administrator", Set.of(Role.ADMINISTRATOR)));
        }
    }

    /** A person, a remark, a lesson and a file. */
    private void write(String cutover) {
        users.create("eve", HOSTILE, Set.of(Role.QA_LEAD, Role.OPERATOR), Secret.of(PASSWORD));
        Visitor eve = new Visitor(port, "eve", PASSWORD);
        eve.get(cutover).send(cutover + "/steps/tests-green/note", Map.of("text", HOSTILE + "\n=1+1"));
        Visitor.Page report = eve.get(cutover + "/report").send(cutover + "/report/lessons", Map.of("text", HOSTILE));
        report.upload(cutover + "/report/files", "<img src=x onerror=window.pwned=3>.html",
                HOSTILE.getBytes(StandardCharsets.UTF_8));
    }

    /** Follows every link that leads to a page of this server which was not seen yet. */
    private void crawl(Crew crew, String username, String from, Set<String> seen) {
        try (Browser browser = Browser.desktop()) {
            Page page = browser.page();
            page.onDialog(dialog -> {
                ran.add("dialog " + dialog.message());
                dialog.dismiss();
            });
            page.addInitScript("window.stopped = []; document.addEventListener('securitypolicyviolation',"
                    + " e => window.stopped.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));");
            crew.open(page, username, "/account");
            Deque<String> next = new ArrayDeque<>(List.of(from));
            while (!next.isEmpty()) {
                String path = next.poll();
                if (!seen.add(path)) {
                    continue;
                }
                Response answer = page.navigate("http://localhost:" + port + path,
                        new Page.NavigateOptions().setWaitUntil(WaitUntilState.DOMCONTENTLOADED));
                // The list offers a new cutover to everybody; who may make none is told so.
                assertThat(answer.status()).as(path)
                        .isIn(path.equals("/cutovers/new") ? List.of(200, 403) : List.of(200));
                judge(page, path);
                next.addAll(links(page));
            }
            assertThat(browser.complaints()).filteredOn(complaint -> !complaint.contains("status of 403")).isEmpty();
        }
    }

    private void judge(Page page, String path) {
        Object pwned = page.evaluate("window.pwned ?? null");
        Object stopped = page.evaluate("window.stopped.join('\\n')");
        if (pwned != null || !stopped.equals("")) {
            ran.add(path + ": " + pwned + " " + stopped);
        }
        assertThat(page.locator("img[src=x], [onerror]").count()).as("tags made of names on " + path).isZero();
        assertThat(page.content()).as("expressions that were evaluated on " + path).doesNotContain("${49}", "[[49]]",
                ">49[[");
    }

    @SuppressWarnings("unchecked")
    private static List<String> links(Page page) {
        return ((List<String>) page.evaluate("""
                                             [...document.querySelectorAll('a[href]')]
                                               .filter(a => a.origin === location.origin && !a.hasAttribute('download'))
                                               .map(a => a.pathname)""")).stream()
                .filter(path -> !path.matches(".*\\.(md|html|zip|csv|ics|yaml|json|jsonl)$|.*/files/\\d+$|/logout"))
                // Pages of bundled templates have no name that anybody has typed.
                .filter(path -> !path.matches("/(v3|api|actuator|templates)/.*")).toList();
    }

    private static void files(Visitor viewer, String cutover) {
        for (String file : List.of("/report.html", "/report.md", "/events.csv", "/calendar.ics", "/plan.yaml")) {
            var download = viewer.download(cutover + file);
            String text = new String(download.body(), StandardCharsets.UTF_8);
            assertThat(download.headers().firstValue("X-Content-Type-Options")).as(file).hasValue("nosniff");
            assertThat(download.headers().firstValue("Content-Disposition").orElse("")).as(file)
                    .startsWith("attachment");
            if (file.endsWith(".html")) {
                assertThat(text).contains("&lt;img src=x").doesNotContain("<img", "<script");
            }
            if (file.endsWith(".md")) {
                assertThat(text).doesNotContainPattern("(?<!\\\\)<(img|script)");
            }
            if (file.endsWith(".csv")) {
                assertThat(CELL.matcher(text).results().map(cell -> cell.group(2))).hasSizeGreaterThan(20)
                        .noneMatch(cell -> cell.matches("(?s)[=+@\\-\\t\\r].*"));
            }
        }
    }

    private static void metrics(Visitor anybody) {
        String all = new String(anybody.download("/actuator/prometheus").body(), StandardCharsets.UTF_8);
        assertThat(all).contains("table=\"<script>alert('t')</script> 🚢 | a\\nb\"");
        assertThat(all.lines().filter(line -> !line.startsWith("#"))).allSatisfy(
                line -> assertThat(line).matches(SAMPLE));
    }
}
