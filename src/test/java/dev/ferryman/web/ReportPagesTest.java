package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The report, of a cutover that was rolled back after the switch: as page, on paper, as files. */
@StateStores.OnSqlite
class ReportPagesTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;

    @Test
    void it_tells_what_happened_and_what_was_lost_and_stays_readable_everywhere() {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create("Leave desk, Friday");
            Visitor.Page checklist = crew.person("qa-lead").get(cutover);
            checklist.send(cutover + "/steps/tests-green/note",
                    Map.of("text", "Run 17 took twice as long | <b>why</b>\nask Ada"));
            assertThat(crew.person("viewer").get(cutover + "/report").text()).contains("Not finished as of",
                    "Waits for the", "Rollback readiness", "No write is lost", "None: no attempt failed");
            crew.work(cutover, "Monitor");
            site.application().hire("Lost with the rollback");
            crew.person("operator").get(cutover + "/rollback").send(cutover + "/rollback",
                    Map.of("text", "too slow", "confirm", "Leave desk, Friday"));
            crew.work(cutover, "Rolled back");

            Visitor viewer = crew.person("viewer");
            assertThat(viewer.get(cutover).html()).contains("href=\"" + cutover + "/report\"");
            String report = viewer.get(cutover + "/report").text();
            assertThat(report).contains("Rolled back at", "the application is on SQLite", "Reason: too slow",
                    "1 row written to PostgreSQL is not in SQLite", "Downtime for writing", "Incidents", "QA lead",
                    "DevOps lead", "4 rows in 2 tables", "Lost with the rollback", "Remarks",
                    "Run 17 took twice as long", "Head of the chain: ", "the log is whole", "Pre-deployment",
                    "Yes: it was done",
                    "Verification of the copy").doesNotContain(TestPostgres.PASSWORD, "qa-lead signed");
            String markdown = viewer.get(cutover + "/report.md").html();
            assertThat(markdown).contains("# Cutover report: Leave desk, Friday", "Run 17 took twice as long \\|",
                    "\\<script\\>alert").doesNotContainPattern("(?<!\\\\)<");
            assertThat(markdown.lines().filter(line -> line.startsWith("|"))).allSatisfy(
                    row -> assertThat(row).endsWith("|"));
            String file = viewer.get(cutover + "/report.html").html();
            assertThat(file).contains("--text", "Lost with the rollback").doesNotContain("<script", "<link",
                    TestPostgres.PASSWORD);
            String seal = sealOf(markdown);
            assertThat(found("\\| Seal \\| ([0-9a-f]{64}) \\|", markdown)).isEqualTo(seal);
            assertThat(report).contains("Seal of the verification", "Seal " + seal + ".");
            assertThat(file).containsPattern("<td[^>]*>" + seal + "</td>");
            assertThat(viewer.get(cutover + "/events").html()).contains(seal);
            look(crew, cutover + "/report");
        }
    }

    /** The seal of a verification without differences, from the figures in a report: see VerificationSeal. */
    private static String sealOf(String markdown) {
        String text = "ferryman verification 1\nsnapshot " + found("\\| Snapshot \\| ([0-9a-f]{64}) \\|", markdown)
                + "\nplan " + found("\\| Plan \\| ([0-9a-f]{64}) \\|", markdown) + "\nverdict passed\n"
                + table(LiveSite.HOSTILE_TABLE.replace("\n", "\\\n"), 1) + table("employees", 3);
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String table(String name, int rows) {
        return "table " + name + " source=" + rows + " target=" + rows
                + " quarantined=0 missing=0 extra=0 changed=0\n";
    }

    private static String found(String pattern, String text) {
        var matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private static void look(Crew crew, String report) {
        try (var desktop = Browser.desktop();
                var dark = Browser.darkDesktop();
                var phone = Browser.phone();
                var darkPhone = Browser.darkPhone()) {
            Map<String, Browser> all = Map.of("desktop", desktop, "desktop-dark", dark, "phone", phone, "phone-dark",
                    darkPhone);
            all.forEach((name, browser) -> {
                crew.open(browser.page(), "viewer", report);
                browser.keep("report-" + name);
                assertThat(browser.scrollsSideways()).as(name).isFalse();
                assertThat(browser.smallTargets()).as(name).isEmpty();
                assertThat(browser.complaints()).as(name).isEmpty();
            });
            dark.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
            dark.keep("report-print");
            byte[] paper = desktop.page().pdf(new Page.PdfOptions().setFormat("A4")
                    .setPath(Path.of("target", "screenshots", "report.pdf")));
            assertThat(paper).startsWith("%PDF".getBytes(StandardCharsets.US_ASCII));
            assertThat(List.of("Log out", "Download as Markdown")).allSatisfy(hidden -> assertThat(
                    dark.page().getByText(hidden).first().isVisible()).as(hidden).isFalse());
        }
    }
}
