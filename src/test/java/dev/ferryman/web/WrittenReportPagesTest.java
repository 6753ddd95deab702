package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.cli.CommandLineFace;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** What people add to a report: on its page, and over HTTP; before and after the end. */
@StateStores.OnSqlite
@TestPropertySource(properties = {"ferryman.report.largest-file=10KB", "ferryman.report.most-files=2"})
class WrittenReportPagesTest {
    private static final String HOSTILE = "</td><script>alert(1)</script>\n# no heading | no cell";
    private static final byte[] PAGE = "<script>alert('mine')</script>".getBytes(StandardCharsets.UTF_8);

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;

    @Test
    void lessons_and_the_incident_are_written_on_the_page_corrected_and_kept() {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = aborted(crew);
            String report = cutover + "/report";
            Visitor dba = crew.person("dba");
            Visitor.Page page = dba.get(report);
            assertThat(page.text()).contains("Incident report: not written yet", "Nobody has written down a lesson",
                    "Aborted at", "Post-deployment (24 h)", "The application was not switched",
                    "No: no rehearsal of this template and source was rolled back", "Exit criteria and quality gates");
            String ended = between(page.text(), "Aborted at", "before anything");

            page = page.send(report + "/lessons", Map.of("text", HOSTILE));
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.text()).contains("The lesson stands in the report", "no heading | no cell");
            assertThat(page.html()).doesNotContain("<script>alert");
            page = page.send(report + "/incident", Map.of("what", "The window was double-booked", "impact", "",
                    "cause", "Two calendars", "prevention", ""));
            assertThat(page.text()).contains("The window was double-booked", "Two calendars", "not known yet");
            Visitor.Page blind = crew.person("operator").get(report);
            page.send(report + "/incident", Map.of("what", "The window was booked twice"));
            Visitor.Page refused = blind.send(report + "/incident", Map.of("what", "Another account"));
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text()).contains("somebody has written another one meanwhile", "Another account");
            assertThat(dba.get(report).text()).contains("The window was booked twice", "(corrected)",
                    "dba reported the incident: The window was double-booked".replace("dba", "DBA"));

            assertThat(between(dba.get(report).text(), "Aborted at", "before anything")).isEqualTo(ended);
            assertThat(crew.person("viewer").get(report).text()).contains("Who holds a role of this runbook");
            assertThat(crew.person("viewer").get(report).actions()).noneMatch(action -> action.contains("report"));
            String markdown = dba.get(report + ".md").html();
            assertThat(markdown).contains("\\<script\\>alert", "no cell").doesNotContainPattern("(?<!\\\\)<script");
            assertThat(markdown.lines().filter(line -> line.contains("no heading"))).allMatch(
                    line -> line.startsWith("|") && line.endsWith("|"));
        }
    }

    @Test
    void a_file_is_attached_proved_downloaded_and_removed_and_never_shown_by_the_browser() throws Exception {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = aborted(crew);
            String report = cutover + "/report";
            Visitor dba = crew.person("dba");
            Visitor.Page page = dba.get(report).upload(report + "/files", "../../etc/cron.d/evil page.html", PAGE);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            assertThat(page.text()).contains("The file is attached", "evil page.html", "as attached")
                    .doesNotContain("cron.d");
            assertThat(page.upload(report + "/files", "same.html", PAGE).text())
                    .contains("the same content is attached as ‘evil page.html’");
            assertThat(page.upload(report + "/files", "empty", new byte[0]).text()).contains("The file is empty");
            Visitor.Page plain = page.post(report + "/files", Map.of("file", "a name and no content"));
            assertThat(plain.status()).isEqualTo(415);
            assertThat(plain.text()).contains("The form carries no file", "nothing was changed");
            Visitor.Page large = page.upload(report + "/files", "large.bin", new byte[11 << 10]);
            assertThat(large.status()).isEqualTo(422);
            assertThat(large.text()).contains("The file is larger than 10240 bytes");

            String file = page.actions().stream().filter(action -> action.endsWith("/remove")).findFirst()
                    .orElseThrow().replace("/remove", "");
            HttpResponse<byte[]> download = crew.person("viewer").download(file);
            assertThat(download.body()).isEqualTo(PAGE);
            assertThat(download.headers().firstValue("Content-Disposition").orElseThrow()).startsWith("attachment;");
            assertThat(download.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
            assertThat(download.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");

            Path stored = stored(cutover);
            Files.writeString(stored, "something else");
            assertThat(dba.get(report).text()).contains("1 file is NOT as attached", "ALTERED");
            Files.delete(stored);
            assertThat(dba.get(report).text()).contains("MISSING");
            assertThat(dba.get(file).status()).isEqualTo(404);

            page = dba.get(report).send(file + "/remove", Map.of("text", "shows names"));
            assertThat(page.text()).contains("removed at", "by DBA: shows names", "evil page.html");
            assertThat(dba.get(file).status()).isEqualTo(404);
        }
    }

    @Test
    void programs_do_the_same_and_the_archive_holds_everything_and_proves_the_log() throws Exception {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = "/api/v1" + aborted(crew);
            Caller dba = caller("dba");
            Caller viewer = caller("viewer");
            assertThat(dba.post(cutover + "/report/lessons", Map.of("text", "Ask earlier")).json()
                    .at("/lessons/0/text").asString()).isEqualTo("Ask earlier");
            assertThat(dba.post(cutover + "/report/incident", Map.of("what", "No window")).status()).isEqualTo(201);
            dba.post(cutover + "/report/incident", Map.of("what", "Blind")).problem(409, "illegal-move");
            viewer.post(cutover + "/report/lessons", Map.of("text", "no")).problem(403, "forbidden");
            String octets = "application/octet-stream";
            assertThat(dba.send(cutover + "/report/files?name=run.log", "line 1\n", "Content-Type", octets).status())
                    .isEqualTo(201);
            assertThat(dba.send(cutover + "/report/files?name=more.log", "line 2\n", "Content-Type", octets).status())
                    .isEqualTo(201);
            dba.send(cutover + "/report/files?name=third.log", "line 3\n", "Content-Type", octets)
                    .problem(409, "illegal-move");
            dba.send(cutover + "/report/files?name=large.log", "x".repeat(2 << 20), "Content-Type", octets)
                    .problem(413, "content-too-large");
            dba.send(cutover + "/report/files?name=x", "{}", "Content-Type", "application/json").problem(415,
                    "unsupported-media-type");
            long number = viewer.get(cutover + "/report/entries").json().at("/files/0/number").asLong();
            assertThat(viewer.get(cutover + "/report/files/" + number).body()).isEqualTo("line 1\n");
            viewer.get(cutover + "/report/files/1").problem(404, "not-found");

            Map<String, byte[]> archive = unzipped(crew.person("viewer")
                    .download(cutover.replace("/api/v1", "") + "/report.zip").body());
            assertThat(archive.keySet()).containsExactly("report.md", "report.html", "events.jsonl",
                    "attachments/" + number + "-run.log", "attachments/" + (number + 1) + "-more.log");
            assertThat(new String(archive.get("attachments/" + number + "-run.log"), StandardCharsets.UTF_8))
                    .isEqualTo("line 1\n");
            Path events = Files.createTempFile(LiveSite.ROOT, "events", ".jsonl");
            Files.write(events, archive.get("events.jsonl"));
            assertThat(verify(events)).contains("whole, last hash").contains("Every event is as it was written");
            String last = verify(events).replaceAll("(?s).*last hash ([0-9a-f]{64}).*", "$1");
            assertThat(new String(archive.get("report.md"), StandardCharsets.UTF_8)).contains(last, "Ask earlier",
                    "No window", "run.log");
            Files.writeString(events, new String(archive.get("events.jsonl"), StandardCharsets.UTF_8)
                    .replace("Ask earlier", "All went well"));
            assertThat(verify(events)).contains("BROKEN").contains("is not what its hash covers");
            Files.writeString(events, "{}");
            assertThat(verify(events)).contains("holds no event log: line 1");
        }
    }

    private String verify(Path events) {
        StringWriter out = new StringWriter();
        CommandLineFace.run(new String[]{"verify-log", "--file", events.toString()}, new PrintWriter(out, true),
                new PrintWriter(out, true), false);
        return out.toString();
    }

    private static String aborted(Crew crew) {
        String cutover = crew.create("Leave desk, given up");
        Visitor.Page ended = crew.person("operator").get(cutover + "/rollback").send(cutover + "/abort",
                Map.of("text", "no window", "confirm", "Leave desk, given up"));
        assertThat(ended.status()).as(ended.text()).isEqualTo(200);
        return cutover;
    }

    private Caller caller(String name) {
        CurrentUser user = new CurrentUser(name, name, users.find(name).orElseThrow().roles());
        return new Caller(port,
                tokens.create(user, "test " + System.nanoTime(), Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                        .reveal());
    }

    private static Path stored(String cutover) throws IOException {
        try (Stream<Path> files = Files.list(
                LiveSite.ROOT.resolve("cutovers/attachments").resolve(cutover.replace("/cutovers/", "")))) {
            return files.toList().getFirst();
        }
    }

    private static Map<String, byte[]> unzipped(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    private static String between(String text, String from, String to) {
        int at = text.indexOf(from);
        return text.substring(at, text.indexOf(to, at));
    }
}
