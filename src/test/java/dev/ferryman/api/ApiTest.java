package dev.ferryman.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Caller.Answer;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole API through real HTTP, moving real data. */
class ApiTest {
    private static final String ALL = "/api/v1/cutovers";

    abstract static class Contract {
        @LocalServerPort
        private int port;
        @Autowired
        private Users users;
        @Autowired
        private Tokens tokens;

        private final LiveSite site = new LiveSite();
        private final Map<String, Caller> callers = new ConcurrentHashMap<>();

        @BeforeEach
        void one_person_per_role() {
            for (Role role : Role.values()) {
                if (users.find(role.id()).isEmpty()) {
                    users.create(role.id(), role.label(), Set.of(role), Secret.of("a long enough password"));
                }
            }
        }

        @AfterEach
        void end() {
            site.close();
        }

        private Caller the(String role) {
            return callers.computeIfAbsent(role, name -> new Caller(port, token(name)));
        }

        private String token(String name) {
            CurrentUser user = new CurrentUser(name, name, users.find(name).orElseThrow().roles());
            return tokens.create(user, "test", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text().reveal();
        }

        private void samplesAndVerdicts(String cutover) {
            JsonNode samples = the("viewer").get(cutover + "/steps/soak/samples").json();
            assertThat(samples.size()).isGreaterThan(1);
            assertThat(samples).allMatch(sample -> sample.path("kind").asString().equals("ok")
                    && sample.path("value").asDouble() > 0);
            long first = samples.get(0).path("number").asLong();
            JsonNode rest = the("viewer").get(cutover + "/steps/soak/samples?probe=http&after=" + first).json();
            assertThat(rest.valueStream().toList()).isEqualTo(samples.valueStream().skip(1).toList());
            assertThat(the("viewer").get(cutover + "/steps/soak/samples?probe=nothing").json().size()).isZero();
            the("viewer").get(cutover + "/steps/nothing/samples").problem(404, "not-found");
            JsonNode verdict = the("viewer").get(cutover + "/steps/soak/verdicts").json().get(0);
            assertThat(verdict.path("verdict").asString()).isEqualTo("passed");
            assertThat(verdict.path("watched").asString()).startsWith("GET http");
            assertThat(verdict.path("samples").size()).isEqualTo(samples.size());
            the("viewer").get(cutover + "/steps/nothing/verdicts").problem(404, "not-found");
        }

        @Test
        void a_cutover_goes_from_its_draft_to_completed_by_requests_alone() {
            int before = the("viewer").get(ALL).json().size();
            JsonNode preview = the("operator").post(ALL + "/preview", draft("Leave desk")).json();
            assertThat(preview.path("possible").asBoolean()).as(preview.toString()).isTrue();
            assertThat(preview.at("/plan/tables").size()).isEqualTo(2);
            assertThat(preview.at("/source/tables").asInt()).isEqualTo(2);
            assertThat(preview.at("/estimate/rows").asLong()).isEqualTo(4);
            assertThat(the("viewer").get(ALL).json().size()).as("a preview creates nothing").isEqualTo(before);

            Answer created = the("operator").post(ALL, draft("Leave desk"));
            assertThat(created.status()).as(created.body()).isEqualTo(201);
            String cutover = created.headers().firstValue("Location").orElseThrow();
            the("viewer").get(cutover + "/plan").problem(404, "not-found");
            work(cutover, "completed");

            JsonNode done = the("viewer").get(cutover).json();
            assertThat(done.path("switched").asBoolean()).isTrue();
            assertThat(done.path("createdBy").asString()).isEqualTo("operator");
            assertThat(done.at("/timing/readOnlySeconds").asDouble()).isPositive();
            assertThat(done.at("/verification/equal").asBoolean()).isTrue();
            assertThat(done.path("tables")).allMatch(table -> table.path("state").asString().equals("verified"));
            assertThat(done.at("/connections/password").asString()).startsWith("file:");
            assertThat(the("viewer").get(cutover + "/plan").json().path("tables").size()).isEqualTo(2);
            assertThat(the("viewer").get(cutover + "/steps/backfill/output").json().size()).isPositive();

            samplesAndVerdicts(cutover);

            JsonNode events = the("viewer").get(cutover + "/events").json();
            assertThat(events.size()).isEqualTo(done.path("version").asInt());
            assertThat(events.get(0).path("prevHash").asString()).matches("0{64}");
            assertThat(events.get(1).path("prevHash")).isEqualTo(events.get(0).path("hash"));
            assertThat(the("viewer").get(cutover + "/events?after=" + (events.size() - 1)).json().size()).isEqualTo(1);

            JsonNode verifications = the("viewer").get(cutover + "/verification").json();
            assertThat(verifications.get(0).path("kind").asString()).isEqualTo("snapshot");
            assertThat(verifications.valueStream().map(each -> each.path("at").asString())).as("oldest first")
                    .isSorted();
            Answer csv = the("viewer")
                    .get(cutover + "/verification/" + verifications.get(0).path("id") + "/differences");
            assertThat(csv.type()).startsWith("text/csv");
            assertThat(csv.body()).isEqualTo("table,key,column,kind,source,target\r\n");

            Answer markdown = the("viewer").get(cutover + "/report");
            assertThat(markdown.type()).startsWith("text/markdown");
            assertThat(markdown.body()).startsWith("# Cutover report: Leave desk").contains("Completed at")
                    .doesNotContain("<script>");
            Answer html = the("viewer").get(cutover + "/report?format=html");
            assertThat(html.type()).startsWith("text/html");
            assertThat(html.body()).contains(">Cutover report: Leave desk</h1>").doesNotContain("<script>");
            assertThat(the("viewer").get(cutover + "/report?format=json").json().path("sections").size()).isPositive();
            assertThat(the("viewer").get(cutover + "/report?format=pdf").problem(400, "bad-request").path("field")
                    .asString()).isEqualTo("format");

            the("operator").post(cutover + "/rollback", order(done, "too late")).problem(409, "illegal-move");
            assertThat(the("viewer").get(ALL).body() + done + events + markdown.body() + html.body())
                    .doesNotContain(TestPostgres.PASSWORD);
        }

        @Test
        void a_rehearsal_is_asked_for_and_told_and_its_times_are_those_planned_for_the_real_one() {
            Map<String, Object> draft = draft("Leave desk, rehearsed");
            draft.put("rehearsal", true);
            Answer created = the("operator").post(ALL, draft);
            assertThat(created.status()).as(created.body()).isEqualTo(201);
            String rehearsal = created.headers().firstValue("Location").orElseThrow();
            work(rehearsal, "completed");
            JsonNode rehearsed = state(rehearsal);
            assertThat(rehearsed.path("rehearsal").asBoolean()).isTrue();
            assertThat(rehearsed.at("/connections/copiedAt").asString()).isNotEmpty();
            assertThat(the("viewer").get(ALL).json().valueStream()
                    .filter(each -> each.path("rehearsal").asBoolean()).map(each -> each.path("id").asString()))
                    .contains(rehearsed.path("id").asString());

            try (var production = TestPostgres.newest().freshDatabase()) {
                Map<String, Object> real = draft("Leave desk, for real");
                real.put("target", Map.of("url", production.urlWithoutPassword(), "passwordReference",
                        site.passwordReference()));
                JsonNode planned = the("operator").post(ALL, real).json();
                assertThat(planned.path("rehearsal").asBoolean()).isFalse();
                assertThat(planned.at("/timing/measuredIn/id")).isEqualTo(rehearsed.path("id"));
                JsonNode backfill = step(planned, "backfill");
                assertThat(backfill.at("/measuredIn/name").asString()).isEqualTo("Leave desk, rehearsed");
                assertThat(backfill.path("plannedSeconds")).isEqualTo(step(rehearsed, "backfill").path("tookSeconds"));
                assertThat(step(planned, "switch").path("measuredIn").isNull()).isTrue();
            }
        }

        @Test
        void a_window_is_asked_for_told_and_moved() {
            Map<String, Object> draft = draft("Leave desk at night");
            draft.put("window",
                    Map.of("start", "2099-11-28T22:00", "end", "2099-11-29T02:00", "zone", "Europe/Berlin"));
            String cutover = the("operator").post(ALL, draft).headers().firstValue("Location").orElseThrow();
            JsonNode created = state(cutover);
            assertThat(created.at("/window/start").asString()).isEqualTo("2099-11-28T21:00:00Z");
            assertThat(created.at("/window/zone").asString()).isEqualTo("Europe/Berlin");
            moveWindow(cutover, Map.of("start", "2099-11-28T22:00:00Z")).problem(422, "bad-input");
            JsonNode moved = moveWindow(cutover,
                    Map.of("start", "2099-12-05T22:00:00Z", "end", "2099-12-05T23:00:00Z")).json();
            assertThat(moved.at("/window/start").asString()).isEqualTo("2099-12-05T22:00:00Z");
            assertThat(moved.at("/allowed/window").asBoolean()).isTrue();
            assertThat(moveWindow(cutover, Map.of()).json().path("window").isNull()).isTrue();
        }

        private Answer moveWindow(String cutover, Map<String, String> window) {
            while (true) {
                Map<String, Object> order = new HashMap<>(order(state(cutover), "the users travel"));
                order.put("window", window);
                Answer answer = the("operator").put(cutover + "/window", order);
                if (answer.status() != 409) {
                    return answer;
                }
                answer.problem(409, "stale-version");
            }
        }

        @Test
        void steps_and_gates_take_every_command_and_the_way_back_is_open() {
            site.application().ill(true);
            String cutover = create("Hard times");
            assertThat(the("qa-lead").post(cutover + "/steps/tests-green/run", order(state(cutover), ""))
                    .problem(409, "illegal-move").path("next").asString()).contains("The QA lead does it");
            complete(cutover, "tests-green", "window-booked", "rollback-rehearsed", "version-recorded", "backups-work");
            reaches(cutover, "healthy", "running");
            JsonNode cancelled = command("dba", cutover, "/steps/healthy/cancel", "wrong window");
            assertThat(step(cancelled, "healthy").path("status").asString()).isEqualTo("cancelled");
            command("operator", cutover, "/steps/healthy/retry", "");
            the("operator").post(cutover + "/steps/healthy/force-fail", order(state(cutover), " "))
                    .problem(409, "illegal-move");
            JsonNode forced = command("operator", cutover, "/steps/healthy/force-fail", "hangs");
            assertThat(step(forced, "healthy").path("status").asString()).isEqualTo("failed");
            command("qa-lead", cutover, "/steps/healthy/note", "the cache was cold");
            the("tech-lead").post(cutover + "/steps/healthy/skip", order(state(cutover), "never mind"))
                    .problem(409, "illegal-move");
            site.application().ill(false);
            JsonNode retried = command("operator", cutover, "/steps/healthy/retry", "");
            assertThat(step(retried, "healthy").path("attempts").size()).isEqualTo(3);
            reaches(cutover, "healthy", "passed");
            command("dba", cutover, "/steps/source/run", "");
            reaches(cutover, "source", "passed");
            complete(cutover, "plan-accepted");

            String go = cutover + "/gates/go/approvals";
            assertThat(the("devops-lead").post(go, order(state(cutover), "")).problem(400, "bad-request").path("field")
                    .asString()).isEqualTo("role");
            the("operator").post(go, sign(state(cutover), "devops-lead")).problem(403, "forbidden");
            JsonNode signed = the("devops-lead").post(go, sign(state(cutover), "devops-lead")).json();
            assertThat(signOffs(signed)).containsExactly("devops-lead");
            the("tech-lead").delete(go + "/devops-lead?expectedVersion=" + version(cutover) + "&reason=no")
                    .problem(409, "illegal-move");
            the("devops-lead").delete(go + "/devops-lead").problem(400, "bad-request");
            JsonNode withdrawn = the("devops-lead")
                    .delete(go + "/devops-lead?expectedVersion=" + version(cutover) + "&reason=doubts").json();
            assertThat(signOffs(withdrawn)).isEmpty();
            command("devops-lead", cutover, "/gates/go/break-glass", "both leads are on a plane");
            the("devops-lead").post(cutover + "/gates/go/break-glass/confirmation", order(state(cutover), ""))
                    .problem(409, "illegal-move");
            JsonNode passed = command("operator", cutover, "/gates/go/break-glass/confirmation", "");
            assertThat(passed.path("phase").asString()).isEqualTo("migrate");

            assertThat(passed.at("/rollback/side").asString()).isEqualTo("before");
            assertThat(passed.at("/rollback/losses").asString()).contains("No write is lost");
            assertThat(passed.at("/allowed/rollback").asBoolean()).isTrue();
            site.application().ill(true);
            command("operator", cutover, "/rollback", "a drill");
            reaches(cutover, "back-on-source", "running");
            command("operator", cutover, "/steps/back-on-source/cancel", "it is ill");
            JsonNode skipped = command("tech-lead", cutover, "/steps/back-on-source/skip", "it never left");
            assertThat(step(skipped, "back-on-source").path("status").asString()).isEqualTo("skipped");
            work(cutover, "rolled-back");
            assertThat(the("viewer").get(cutover + "/report").body()).contains("Rolled back at", "a drill",
                    "wrong window",
                    "hangs", "the cache was cold", "both leads are on a plane", "it never left");
        }

        @Test
        void what_does_not_fit_is_chosen_by_request_or_by_plan_file() throws Exception {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + site.sqlite());
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE odd(id INTEGER PRIMARY KEY, n INTEGER)");
                statement.execute("INSERT INTO odd VALUES (1, 1), (2, 'two')");
            }
            String cutover = create("Odd values");
            the("dba").get(cutover + "/plan/file").problem(404, "not-found");
            await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50)).until(() -> {
                if (the("viewer").get(cutover + "/plan").status() == 200) {
                    return true;
                }
                for (Role role : Role.values()) {
                    act(role.id(), cutover, the(role.id()).get(cutover).json());
                }
                return false;
            });
            JsonNode decision = the("viewer").get(cutover + "/plan").json().path("decisions").get(0);
            assertThat(decision.path("chosen").asString()).isEqualTo("WIDEN");
            assertThat(decision.path("exampleKeys").get(0).asString()).isEqualTo("id=2");
            Map<String, Object> quarantine = Map.of("kind", "values", "table", "odd", "column", "n", "choice",
                    "quarantine");
            String choices = cutover + "/plan/choices";
            the("dba").post(choices, Map.of("choices", List.of(quarantine))).problem(400, "bad-request");
            assertThat(the("dba").post(choices, chosen(cutover, Map.of("kind", "values", "table", "odd", "column", "n",
                    "choice", "perhaps"))).problem(400, "bad-request").path("field").asString()).isEqualTo("choice");
            the("dba").post(choices, chosen(cutover, Map.of("kind", "nulls", "table", "odd", "column", "n", "choice",
                    "widen"))).problem(404, "not-found");
            assertThat(the("viewer").post(choices, chosen(cutover, quarantine)).status()).isEqualTo(403);
            awaitQuiet(() -> the("dba").post(choices, chosen(cutover, quarantine)));
            assertThat(the("viewer").get(cutover + "/plan").json().at("/decisions/0/chosen").asString())
                    .isEqualTo("QUARANTINE");

            Answer file = the("viewer").get(cutover + "/plan/file");
            assertThat(file.type()).startsWith("application/yaml");
            assertThat(file.body()).contains("values: quarantine");
            Answer wrong = put(cutover, file.body().replace("quarantine\n", "nonsense\n"));
            assertThat(wrong.body()).contains("‘nonsense’ is no choice for values of odd.n");
            awaitQuiet(() -> put(cutover, file.body().replace("values: quarantine", "values: skip")));
            assertThat(the("viewer").get(cutover + "/plan").json().at("/decisions/0/chosen").asString())
                    .isEqualTo("SKIP");
        }

        private Map<String, Object> chosen(String cutover, Map<String, Object> choice) {
            return Map.of("expectedVersion", version(cutover), "choices", List.of(choice));
        }

        private Answer put(String cutover, String yaml) {
            String body = JsonMapper.builder().build()
                    .writeValueAsString(Map.of("expectedVersion", version(cutover), "text", yaml));
            return the("dba").send(the("dba").request(cutover + "/plan/file", "Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(body)));
        }

        /** Steps that run meanwhile may be faster. */
        private void awaitQuiet(Supplier<Answer> request) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Answer answer = request.get();
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            });
        }

        @Test
        void a_stale_version_is_answered_with_the_new_state_and_nothing_is_done() {
            String cutover = create("Two at once");
            JsonNode seen = state(cutover);
            command("qa-lead", cutover, "/steps/tests-green/complete", "run 17");

            JsonNode problem = the("operator").post(cutover + "/steps/version-recorded/complete", order(seen, "abc"))
                    .problem(409, "stale-version");

            assertThat(problem.path("detail").asString()).contains("run 17");
            assertThat(problem.path("actualVersion").asLong()).isEqualTo(problem.path("expectedVersion").asLong() + 1);
            assertThat(problem.at("/cutover/version")).isEqualTo(problem.path("actualVersion"));
            assertThat(step(problem.path("cutover"), "version-recorded").path("moves").toString())
                    .as("as the caller may act").contains("complete");
            JsonNode aborted = command("operator", cutover, "/abort", "not today");
            assertThat(aborted.path("status").asString()).isEqualTo("aborted");
            assertThat(the("operator").post(cutover + "/complete", order(aborted, "")).problem(409, "illegal-move")
                    .path("detail").asString()).contains("aborted");
        }

        @Test
        void roles_decide_and_a_token_is_all_that_counts() {
            String cutover = create("Roles");
            Caller stranger = new Caller(port, "");
            for (String path : List.of(ALL, cutover, "/api/v1/templates")) {
                assertThat(stranger.get(path).problem(401, "unauthorized").path("next").asString()).contains("token");
            }
            stranger.post(ALL, draft("x")).problem(401, "unauthorized");
            new Caller(port, "fmt_nonsense").get(ALL).problem(401, "unauthorized");
            the("viewer").post(ALL, draft("x")).problem(403, "forbidden");
            assertThat(the("qa-lead").post(ALL, draft("x")).problem(403, "forbidden").path("next").asString())
                    .contains("DBA");
            assertThat(the("qa-lead").post(cutover + "/steps/backups-work/complete", order(state(cutover), ""))
                    .problem(403, "forbidden").path("next").asString()).contains("DBA");
            the("administrator").post(cutover + "/abort", order(state(cutover), "x")).problem(403, "forbidden");

            JsonNode own = the("qa-lead").get(cutover).json();
            assertThat(step(own, "tests-green").path("moves").toString()).contains("complete");
            assertThat(step(own, "backups-work").path("moves").toString()).doesNotContain("complete");
            assertThat(step(own, "backups-work").path("role").asString()).isEqualTo("dba");
            command("operator", cutover, "/abort", "over");
        }

        @Test
        void what_is_not_there_is_not_found() {
            String cutover = create("Not found");
            Caller operator = the("operator");
            JsonNode now = state(cutover);
            for (String path : List.of(ALL + "/nothing", ALL + "/nothing/plan", ALL + "/nothing/events",
                    ALL + "/nothing/verification", ALL + "/nothing/report", ALL + "/nothing/steps/x/output",
                    cutover + "/steps/nothing/output", cutover + "/verification/4711/differences",
                    "/api/v1/templates/nothing", "/api/v1/nothing", "/api/v2/cutovers")) {
                operator.get(path).problem(404, "not-found");
            }
            operator.post(ALL + "/nothing/abort", order(now, "x")).problem(404, "not-found");
            operator.post(cutover + "/steps/nothing/run", order(now, "")).problem(404, "not-found");
            operator.post(cutover + "/steps/tests-green/explode", order(now, "")).problem(404, "not-found");
            operator.post(cutover + "/gates/nothing/approvals", sign(now, "dba")).problem(404, "not-found");
            command("operator", cutover, "/abort", "over");
        }

        @Test
        void requests_nobody_can_read_get_one_clear_line() {
            Caller operator = the("operator");
            assertThat(badDraft("{\"name\": \"x\", \"schemaMod\": \"existing\"}")).containsExactly("schemaMod",
                    "The field schemaMod is not known here.");
            assertThat(badDraft("{\"target\": {\"url\": [\"hunter2\"]}}")).containsExactly("target.url",
                    "The field target.url does not hold a text.");
            assertThat(badDraft("{\"target\": \"hunter2\"}")).containsExactly("target",
                    "The field target does not hold an object.");
            assertThat(badDraft("{\"parameters\": {\"soak\": {}}}")).containsExactly("parameters.soak",
                    "The field parameters.soak does not hold a text.");
            assertThat(badDraft("{\"schemaMode\": \"merge\"}")).containsExactly("schemaMode",
                    "The value of schemaMode is not known.");
            assertThat(badDraft("{\"name\": \"x\",\n  oops}")).containsExactly("",
                    "The body is no JSON after line 2, column 3.");
            assertThat(badDraft("[1, 2]")).containsExactly("", "The body is not an object.");
            assertThat(badDraft("\"hunter2\"")).containsExactly("", "The body is not an object.");
            assertThat(badDraft("")).containsExactly("", "The request has no body.");
            assertThat(badDraft("null")).containsExactly("", "The request has no body.");
            assertThat(badDraft("[".repeat(5000))).hasSize(2);
            String cutover = create("Unreadable");
            assertThat(operator.send(cutover + "/abort", "{\"expectedVersion\": \"soon\"}")
                    .problem(400, "bad-request").path("detail").asString())
                    .isEqualTo("The field expectedVersion does not hold a whole number.");
            assertThat(operator.send(cutover + "/abort", "{\"text\": \"x\"}").problem(400, "bad-request")
                    .path("field").asString()).isEqualTo("expectedVersion");
            assertThat(operator.post(cutover + "/abort", order(state(cutover), "x".repeat(4001)))
                    .problem(400, "bad-request").path("field").asString()).isEqualTo("text");
            assertThat(operator.get(cutover + "/events?after=yesterday").problem(400, "bad-request").path("field")
                    .asString()).isEqualTo("after");
            operator.get(cutover + "/verification/latest/differences").problem(400, "bad-request");

            Answer method = operator.delete(ALL);
            assertThat(method.problem(405, "method-not-allowed").path("next").asString()).contains("GET or POST");
            assertThat(method.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
            operator.send(ALL, "<cutover/>", "Content-Type", "application/xml").problem(415, "unsupported-media-type");
            operator.send(ALL, "name=x", "Content-Type", "application/x-www-form-urlencoded")
                    .problem(415, "unsupported-media-type");
            operator.get(cutover, "Accept", "image/png").problem(406, "not-acceptable");
            String huge = "{\"name\": \"" + "x".repeat(1_200_000) + "\"}";
            operator.send(ALL, huge).problem(413, "content-too-large");
            operator.send("/%61pi/v1/cutovers", huge).problem(413, "content-too-large");
            operator.send(operator.request(ALL, "Content-Type", "application/json").POST(BodyPublishers.fromPublisher(
                    BodyPublishers.ofString(huge)))).problem(413, "content-too-large");
            command("operator", cutover, "/abort", "over");
        }

        @Test
        void what_is_wrong_with_a_draft_is_said_field_by_field_and_no_password_comes_back() {
            Map<String, Object> draft = draft("");
            draft.put("source", "/etc/passwd");
            draft.put("target", Map.of("url", site.postgres().urlWithoutPassword(), "password", "not-the-right-one"));
            Answer preview = the("operator").post(ALL + "/preview", draft);
            assertThat(preview.status()).isEqualTo(200);
            assertThat(preview.json().path("possible").asBoolean()).isFalse();

            Answer refused = the("operator").post(ALL, draft);

            JsonNode problem = refused.problem(422, "cutover-refused");
            assertThat(problem.path("problems").valueStream().map(each -> each.path("field").asString()))
                    .contains("name", "source", "target.url");
            assertThat(problem.path("problems")).allMatch(each -> !each.path("what").asString().isBlank());
            assertThat(refused.body() + preview.body()).doesNotContain("not-the-right-one");
            the("operator").send(ALL, "{}").problem(422, "cutover-refused");
            Map<String, Object> existing = draft("x");
            existing.put("template", "nothing");
            assertThat(the("operator").post(ALL, existing).problem(422, "cutover-refused").path("problems").get(0)
                    .path("field").asString()).isEqualTo("template");
        }

        @Test
        void templates_are_listed_and_shown_whole() {
            JsonNode list = the("viewer").get("/api/v1/templates").json();
            assertThat(list.valueStream().map(each -> each.path("key").asString())).contains("stop-and-copy",
                    "stop-and-copy-by-hand");
            assertThat(list).allMatch(each -> each.path("errors").isEmpty());
            JsonNode template = the("viewer").get("/api/v1/templates/stop-and-copy").json();
            assertThat(template.path("phases").size()).isEqualTo(6);
            assertThat(template.path("parameters").get(0).path("key").asString()).isEqualTo("maintenance-url");
        }

        private List<String> badDraft(String body) {
            JsonNode problem = the("operator").send(ALL, body).problem(400, "bad-request");
            assertThat(problem.toString()).doesNotContain("hunter2").doesNotContain("Exception");
            return List.of(problem.path("field").asString(""), problem.path("detail").asString());
        }

        private Map<String, Object> draft(String name) {
            Map<String, Object> draft = new HashMap<>();
            draft.put("name", name);
            draft.put("template", "stop-and-copy");
            draft.put("source", site.sqlite().toString());
            draft.put("target", Map.of("url", site.postgres().urlWithoutPassword(), "passwordReference",
                    site.passwordReference()));
            draft.put("parameters", site.parameters());
            return draft;
        }

        private String create(String name) {
            Answer created = the("operator").post(ALL, draft(name));
            assertThat(created.status()).as(created.body()).isEqualTo(201);
            return created.headers().firstValue("Location").orElseThrow();
        }

        private JsonNode state(String cutover) {
            return the("viewer").get(cutover).json();
        }

        private long version(String cutover) {
            return state(cutover).path("version").asLong();
        }

        private static Map<String, Object> order(JsonNode seen, String text) {
            return Map.of("expectedVersion", seen.path("version").asLong(), "text", text);
        }

        private static Map<String, Object> sign(JsonNode seen, String role) {
            return Map.of("expectedVersion", seen.path("version").asLong(), "role", role, "text", "seen");
        }

        /** Gives a command on the latest state, again where Ferryman itself was faster. */
        private JsonNode command(String role, String cutover, String path, String text) {
            while (true) {
                Answer answer = the(role).post(cutover + path, order(state(cutover), text));
                if (answer.status() == 200) {
                    return answer.json();
                }
                answer.problem(409, "stale-version");
            }
        }

        private void complete(String cutover, String... steps) {
            for (String step : steps) {
                command(step(state(cutover), step).path("role").asString(), cutover, "/steps/" + step + "/complete",
                        "seen");
            }
        }

        private void reaches(String cutover, String step, String status) {
            await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50))
                    .until(() -> step(state(cutover), step).path("status").asString().equals(status));
        }

        private static JsonNode step(JsonNode cutover, String key) {
            return cutover.path("phases").valueStream().flatMap(phase -> phase.path("steps").valueStream())
                    .filter(step -> step.path("key").asString().equals(key)).findFirst().orElseThrow();
        }

        private static List<String> signOffs(JsonNode cutover) {
            return cutover.path("phases").valueStream().flatMap(phase -> phase.at("/gate/signOffs").valueStream())
                    .filter(row -> !row.path("signedBy").isNull()).map(row -> row.path("role").asString()).toList();
        }

        /** Everybody does what the API says he or she may, until the cutover has this status. */
        private void work(String cutover, String status) {
            await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50)).until(() -> {
                for (Role role : Role.values()) {
                    JsonNode now = the(role.id()).get(cutover).json();
                    if (now.path("status").asString().equals(status)) {
                        return true;
                    }
                    assertThat(now.path("headline").asString()).as(now.toPrettyString()).doesNotContain("failed");
                    Answer answer = act(role.id(), cutover, now);
                    if (answer != null && answer.status() != 200) {
                        answer.problem(409, "stale-version");
                    }
                }
                return false;
            });
        }

        private @org.jspecify.annotations.Nullable Answer act(String role, String cutover, JsonNode now) {
            for (JsonNode phase : now.path("phases")) {
                for (JsonNode step : phase.path("steps")) {
                    String moves = step.path("moves").toString();
                    if (step.path("status").asString().equals("ready")
                            && (moves.contains("run") || moves.contains("complete"))) {
                        return the(role).post(cutover + "/steps/" + step.path("key").asString()
                                + (moves.contains("run") ? "/run" : "/complete"), order(now, "seen"));
                    }
                }
                if (phase.at("/gate/state").asString("").equals("open") && !now.at("/allowed/sign").isEmpty()) {
                    return the(role).post(cutover + "/gates/" + phase.at("/gate/key").asString() + "/approvals",
                            sign(now, now.at("/allowed/sign").get(0).asString()));
                }
            }
            return now.at("/allowed/complete").asBoolean()
                    ? the(role).post(cutover + "/complete", order(now, ""))
                    : null;
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
