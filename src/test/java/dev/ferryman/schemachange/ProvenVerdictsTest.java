package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.schemachange.ObservedServer.Observed;
import dev.ferryman.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every verdict on locks, rewrites and scans is what a real PostgreSQL does, in the oldest and the newest version. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProvenVerdictsTest {
    /** Speak about the script or the habit, not about this statement. */
    private static final Set<String> ALWAYS = Set.of("no-lock-timeout", "no-schema-name");

    private final ObservedServer fifteen = new ObservedServer(TestPostgres.fifteen(), 15);
    private final ObservedServer newest = new ObservedServer(TestPostgres.newest(), 18);

    @AfterAll
    void stop() throws SQLException {
        fifteen.close();
        newest.close();
    }

    @TestFactory
    Stream<DynamicTest> the_review_says_what_postgresql_does() {
        return StatementCase.all().flatMap(each -> Stream.of(fifteen, newest)
                .filter(server -> each.runsOn(server.version()))
                .map(server -> DynamicTest.dynamicTest(each.name() + " (" + server.version() + ")",
                        () -> prove(each, server))));
    }

    private static void prove(StatementCase each, ObservedServer server) throws Exception {
        try (Connection connection = server.freshSchema(each.setup())) {
            ReviewedStatement verdict = Review.of(SqlScript.of("case.sql", each.script()),
                    ReviewContext.connection(connection)).statements().getLast();
            if (server.version() == 18 || !each.runsOn(18)) {
                withoutTarget(each, server.version());
            }
            assertThat(locks(verdict)).as("locks that the review names").isEqualTo(each.locks());
            assertThat(verdict.rewrite()).as("rewrite").isEqualTo(answer(each, "rewrite"));
            assertThat(verdict.scan()).as("scan").isEqualTo(answer(each, "scan"));
            if (each.has("refused")) {
                assertThatThrownBy(
                        () -> server.inTransaction(connection, each.expected().get("session"), each.statement()))
                        .isInstanceOf(SQLException.class);
            } else {
                observe(each, server, connection);
            }
        } finally {
            server.dropSchema();
        }
    }

    private static void observe(StatementCase each, ObservedServer server, Connection connection) throws Exception {
        String blocker = each.expected().get("blocked by");
        Observed observed = blocker == null
                ? server.inTransaction(connection, each.expected().get("session"), each.statement())
                : server.whileBlocked(connection, blocker, each.statement());
        assertThat(thatMatter(observed.locks(), each.locks())).as("locks in pg_locks").isEqualTo(each.locks());
        boolean newFile = each.what("rewrite").equals("yes") || each.has("emptied");
        assertThat(observed.newFiles().isEmpty()).as("new files %s", observed.newFiles()).isEqualTo(!newFile);
        assertThat(observed.scanned().isEmpty()).as("tables read %s", observed.scanned())
                .isEqualTo(each.what("scan").equals("no"));
    }

    private static void withoutTarget(StatementCase each, int version) {
        ReviewedStatement verdict = Review.of(SqlScript.of("case.sql", each.script()), ReviewContext.version(version))
                .statements().getLast();
        Set<String> rules = new TreeSet<>();
        verdict.findings().forEach(finding -> rules.add(finding.rule().id()));
        rules.removeAll(ALWAYS);
        assertThat(rules).as("rules").isEqualTo(each.rules());
        assertThat(verdict.risk().word()).as("risk").isEqualTo(each.what("risk"));
    }

    private static Answer answer(StatementCase each, String key) {
        return Answer.valueOf(each.what(key).toUpperCase(Locale.ROOT));
    }

    /** ACCESS SHARE blocks nothing that a review would warn of. */
    private static Map<String, LockMode> locks(ReviewedStatement verdict) {
        return verdict.locks().stream().filter(lock -> lock.mode() != LockMode.ACCESS_SHARE)
                .collect(Collectors.toMap(TakenLock::relation, TakenLock::mode, LockMode::orStronger, TreeMap::new));
    }

    /** Indexes and sequences count where the case names them: those of a locked table keep nobody out that it lets in. */
    private static Map<String, LockMode> thatMatter(Map<String, LockMode> observed, Map<String, LockMode> expected) {
        Map<String, LockMode> locks = new TreeMap<>();
        observed.forEach((name, mode) -> {
            String relation = name.replace("#part", "");
            if (mode != LockMode.ACCESS_SHARE && (!name.endsWith("#part") || expected.containsKey(relation))) {
                locks.put(relation, mode);
            }
        });
        return locks;
    }
}
