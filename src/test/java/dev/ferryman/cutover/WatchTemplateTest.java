package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.access.Users;
import dev.ferryman.monitor.MonitorState.Judgement;
import dev.ferryman.monitor.Verdicts;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A template that records baselines and watches several probes, with a real application and a real target. */
@StateStores.OnSqlite
class WatchTemplateTest {
    private static final Actor OPERATOR = Team.the("operator");
    private static final Path WORK = work();
    private static final String TEMPLATE = """
                                           template: watching
                                           version: "1"
                                           title: Watching
                                           engine: data-cutover
                                           roles: [operator]
                                           parameters:
                                             - {key: health, title: Health, type: url}
                                             - {key: least, title: People, type: number, default: "100"}
                                             - {key: baseline, title: Baseline, type: text, default: people}
                                             - {key: few, title: Few, type: number, default: "1"}
                                           phases:
                                             checklist:
                                               steps:
                                                 - key: as-it-is
                                                   title: As it is
                                                   kind: check
                                                   role: operator
                                                   uses: monitor.baseline
                                                   with:
                                                     for: 2s
                                                     every: 500ms
                                                     in-rehearsal: record
                                                     probes:
                                                       people: {kind: http, url: "${parameters.health}", value-field: employees}
                                                       size: {kind: sql, look: database-size}
                                                 - key: watched
                                                   title: Watched
                                                   kind: check
                                                   role: operator
                                                   uses: monitor.watch
                                                   with:
                                                     for: 2s
                                                     every: 500ms
                                                     breach-for: 1s
                                                     probes:
                                                       people: {kind: http, url: "${parameters.health}", value-field: $.employees, least: "${parameters.least}"}
                                                       as-before: {kind: http, url: "${parameters.health}", value-field: employees, baseline: "${parameters.baseline}", within: 5%}
                                                       locks: {kind: sql, look: locks-not-granted, most: 0}
                                                       own: {kind: sql, query: "SELECT 7", most: 1, severity: warn, title: A figure of our own}
                                                       walk: {kind: http-flow, most: 9s, requests: [{url: "${parameters.health}", extract: {kind: $.database.type}}, {url: "${parameters.health}?kind={extracted:kind}", fields: {$.database.type: sqlite}}]}
                                                       often: {kind: http, url: "${parameters.health}", value-field: employees, least: "${parameters.few}", breach-for: 1h, failures: {most: 1, within: 1h}}
                                             migrate: {steps: [{key: moved, title: Moved, kind: manual, role: operator}]}
                                             verify: {steps: [{key: right, title: Right, kind: manual, role: operator}]}
                                             cutover: {steps: [{key: switch, title: Switch, kind: manual, role: operator, point-of-no-return: true}]}
                                             monitor: {steps: [{key: soak, title: Soak, kind: manual, role: operator}]}
                                             rollback: {steps: [{key: back, title: Back, kind: manual, role: operator}]}
                                           """;

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Verdicts verdicts;
    @Autowired
    private Reports reports;
    @Autowired
    private Users users;

    private final TestPostgres.Database target = TestPostgres.newest().freshDatabase();
    private Path directory = WORK;
    private TinyApplication application = unset();
    private Team team = unset();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.templates.directory", () -> WORK.resolve("templates").toString());
        registry.add("ferryman.source-roots", WORK::toString);
        registry.add("ferryman.secrets.roots", WORK::toString);
        registry.add("ferryman.work-directory", () -> WORK.resolve("cutovers").toString());
    }

    @BeforeEach
    void begin() throws Exception {
        directory = Files.createTempDirectory(WORK, "run");
        Path sqlite = directory.resolve("leave.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT, hired DATE)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)"
                    + " INSERT INTO employees (name) SELECT 'Person ' || i FROM n");
        }
        Path environment = Files.writeString(directory.resolve("app.env"), "DATABASE_URL=jdbc:sqlite:" + sqlite + "\n");
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        application = new TinyApplication(environment);
        team = new Team(cutovers, users);
    }

    @AfterEach
    void end() {
        application.close();
        target.close();
    }

    @Test
    void figures_are_recorded_and_what_goes_well_afterwards_passes_whatever_only_warns() {
        String id = create(Map.of(), false);
        Cutover done = team.work(id, cutover -> status(cutover, "watched") == StepStatus.PASSED);

        assertThat(what(done, "as-it-is")).startsWith("Recorded as it is now: people 120 (p99 120, ");
        assertThat(what(done, "watched")).contains("It went well for",
                "Not well, but only told: A figure of our own.");
        MonitorView watch = watch(id);
        assertThat(watch.state()).isEqualTo(MonitorView.State.PASSED);
        assertThat(watch.probes()).extracting(ProbeView::name).containsExactly("people", "as-before", "locks", "own",
                "walk", "often");
        assertThat(watch.probes().get(1).threshold()).isEqualTo("from 114 to 126");
        assertThat(watch.probes().get(3).state()).isEqualTo(MonitorView.State.FAILED);
        assertThat(cutovers.samples(id, "watched", "locks", 0, 3)).hasSize(3).allMatch(row -> row.kind().equals("ok"));
        assertThat(cutovers.curve(id, "watched", "people")).hasSizeGreaterThan(3)
                .allMatch(row -> row.value() != null && row.value() == 120);
        assertThat(reports.markdown(reports.of(OPERATOR, id))).contains("A figure of our own (warns only)", "SELECT 7");
    }

    @Test
    void what_fails_names_the_probe_and_keeps_what_it_rests_on() {
        String id = create(Map.of("least", "500"), false);
        Cutover failed = team.watch(started(id), cutover -> status(cutover, "watched") == StepStatus.FAILED);

        assertThat(what(failed, "watched")).startsWith("‘people’ is in breach since ")
                .contains("$.employees is 120; at least 500 is wanted.").doesNotContain("locks");
        assertThat(verdicts.of(id + "/watched/1")).filteredOn(each -> each.verdict() == Judgement.FAILED)
                .extracting(Verdicts.ProbeVerdict::probe).contains("people");
        assertThat(verdicts.of(id + "/watched/1")).filteredOn(each -> each.probe().equals("people")).singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.threshold()).isEqualTo("at least 500");
                    assertThat(verdict.watched()).isEqualTo("GET " + application.address("/health"));
                    assertThat(verdict.samples()).hasSizeGreaterThan(2)
                            .allMatch(sample -> sample.value() != null && sample.value() == 120);
                });
        assertThat(cutovers.verdicts(id, "watched")).hasSize(6).filteredOn(row -> row.probe().equals("people"))
                .singleElement().satisfies(row -> {
                    assertThat(row.attempt()).isEqualTo(1);
                    assertThat(row.verdict()).isEqualTo(MonitorView.State.FAILED);
                    assertThat(row.threshold()).isEqualTo("at least 500");
                    assertThat(row.samples()).hasSizeGreaterThan(2).allMatch(sample -> sample.kind().equals("breach"));
                });
        assertThat(watch(id).probes()).filteredOn(probe -> probe.name().equals("locks")).singleElement()
                .satisfies(probe -> assertThat(probe.state()).as("its watch has ended")
                        .isNotEqualTo(MonitorView.State.RUNNING));
        assertThatThrownBy(() -> cutovers.verdicts(id, "nothing")).isInstanceOf(NoSuchPartException.class);
        assertThat(cutovers.step(Team.the("viewer"), id, "watched").whyNot()).startsWith("Waits for the role Operator");
        team.order(id, "operator", command -> cutovers.abort(command, "enough"));
        assertThat(cutovers.step(Team.the("viewer"), id, "watched").whyNot()).as("nothing waits any more").isEmpty();
    }

    @Test
    void a_limit_of_failures_says_that_it_was_one() {
        String id = create(Map.of("few", "500"), false);
        Cutover failed = team.watch(started(id), cutover -> status(cutover, "watched") == StepStatus.FAILED);

        assertThat(what(failed, "watched"))
                .contains("‘often’ is in breach more than 1 time within 60 min (2 samples).");
        assertThat(watch(id).probes()).filteredOn(probe -> probe.name().equals("often")).singleElement()
                .satisfies(probe -> {
                    assertThat(probe.state()).isEqualTo(MonitorView.State.FAILED);
                    assertThat(probe.sentence()).startsWith("In breach more than 1 time within 60 min.");
                });
    }

    @Test
    void a_baseline_that_nobody_recorded_holds_and_takes_nothing_back() {
        String id = create(Map.of("baseline", "memory"), false);
        Cutover held = team.watch(started(id), cutover -> status(cutover, "watched") == StepStatus.INCONCLUSIVE);

        assertThat(what(held, "watched")).contains("Nobody has recorded the baseline that probe ‘as-before’ goes by");
    }

    @Test
    void a_rehearsal_records_where_the_template_says_so_and_only_tells_what_it_would_watch() {
        String id = create(Map.of(), true);
        Cutover done = team.work(id, cutover -> status(cutover, "watched") == StepStatus.PASSED);

        assertThat(what(done, "as-it-is")).startsWith("Recorded as it is now: people 120");
        assertThat(what(done, "watched")).isEqualTo("Rehearsal: not done. It would watch until it went well for 2 s:"
                + " people, as-before, locks, A figure of our own, walk, often.");
    }

    /** Starts the first step, as a person does where it does not start by itself. */
    private String started(String id) {
        team.work(id, cutover -> status(cutover, "as-it-is") == StepStatus.PASSED);
        return id;
    }

    private MonitorView watch(String id) {
        return cutovers.view(OPERATOR, id).monitors().stream().filter(each -> each.step().equals("watched")).findFirst()
                .orElseThrow();
    }

    private static StepStatus status(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().status();
    }

    private static String what(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().lastAttempt().orElseThrow().what();
    }

    private String create(Map<String, String> parameters, boolean rehearsal) {
        Map<String, String> all = new HashMap<>(parameters);
        all.put("health", application.address("/health"));
        return cutovers.create(OPERATOR, new CutoverDraft("Watching", "watching",
                directory.resolve("leave.db").toString(),
                new TargetDraft(target.urlWithoutPassword(), "file:" + directory.resolve("password"), null, "public"),
                SchemaMode.CREATE, all, rehearsal, WindowDraft.NONE)).id();
    }

    private static Path work() {
        try {
            Path work = Files.createTempDirectory(Files.createDirectories(Path.of("target", "moves")), "watching")
                    .toRealPath();
            Files.writeString(Files.createDirectory(work.resolve("templates")).resolve("watching.yaml"), TEMPLATE);
            return work;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Set before each test.
    private static <T> T unset() {
        return null;
    }
}
