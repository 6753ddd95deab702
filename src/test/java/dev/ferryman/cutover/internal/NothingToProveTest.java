package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schemachange.QueryPlan;
import dev.ferryman.schemachange.StatementFigures;
import dev.ferryman.testing.StateStores;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Steps of a change of a schema that were given nothing to look at, and would pass whatever is there. */
@StateStores.OnSqlite
class NothingToProveTest {
    @Autowired
    private SchemaVerifyStep verify;
    @Autowired
    private SchemaRecords records;
    @Autowired
    private SchemaChanges changes;
    @TempDir
    Path directory;

    @Test
    void a_schema_is_not_as_the_trial_left_it_where_no_trial_has_passed() throws Exception {
        var schema = new SchemaRecord("{}", new TreeMap<>(), new StatementFigures(false, "", Map.of()), 0);
        records.keep("c-1", "before", SchemaRecords.Kind.BEFORE, schema, Instant.EPOCH);
        assertThat(verify.run(context("verify", Map.of("expect", "trial"))))
                .isInstanceOfSatisfying(StepResult.Failed.class, failed -> {
                    assertThat(failed.what()).contains("There is no trial");
                    assertThat(failed.next()).contains("schema.trial");
                });
    }

    @Test
    void an_expected_revision_that_nobody_can_tell_is_refused() {
        assertThatThrownBy(() -> ChangeSource.revision(new Arguments(Map.of("expect", "bbb222"))))
                .isInstanceOf(BadInputException.class).hasMessageContaining("nothing tells which one the schema has");
        assertThat(ChangeSource.revision(new Arguments(Map.of("expect", "")))).extracting(
                ChangeSource.Revision::known).isEqualTo(false);
    }

    @Test
    void a_command_of_which_nobody_could_tell_whether_it_was_run_is_refused() {
        Map<String, Object> command = Map.of("command", "alembic-upgrade", "preview-command", "alembic-preview",
                "revision-command", "alembic-current");
        assertThat(ChangeSource.of(new Arguments(command)).command()).contains("alembic-upgrade");
        assertThatThrownBy(() -> ChangeSource.toRun(new Arguments(command))).isInstanceOf(BadInputException.class)
                .hasMessageContaining("which revision the schema has after the command");
    }

    @Test
    void a_command_whose_end_nobody_saw_holds_whoever_would_run_one_until_its_end_is_known() {
        StepContext apply = context("apply", Map.of());
        records.keep("c-1", "apply", SchemaRecords.Kind.COMMAND, new SchemaChanges.Begun("upgrade", 1), Instant.EPOCH);
        assertThat(changes.mayStillRun(context("undo", Map.of()), Optional.of("aaa"))).get()
                .isInstanceOf(StepResult.Inconclusive.class);
        assertThat(changes.mayStillRun(apply, Optional.of("aaa"))).as("whoever asked is told again").isPresent();
        changes.ended(apply);
        assertThat(changes.mayStillRun(context("undo", Map.of()), Optional.of("bbb"))).isEmpty();
    }

    @Test
    void sql_that_changes_nothing_is_refused() throws Exception {
        var files = new SqlFiles(new SchemaChangeProperties(List.of(directory)));
        for (String nothing : List.of("", "-- later\n", "BEGIN;\nSET lock_timeout = '1s';\nCOMMIT;\n",
                "UPDATE public.databasechangeloglock SET locked = true WHERE id = 1;")) {
            Files.writeString(directory.resolve("change.sql"), nothing);
            assertThatThrownBy(() -> files.change("change.sql")).as(nothing).isInstanceOf(BadInputException.class)
                    .hasMessage("change.sql changes nothing.");
        }
        Files.writeString(directory.resolve("change.sql"), "BEGIN; ALTER TABLE t ADD x int; COMMIT;");
        assertThat(files.change("change.sql").name()).isEqualTo("change.sql");
    }

    @Test
    void queries_are_compared_one_and_all() {
        QueryPlan one = plan("SELECT 1");
        QueryPlan two = plan("SELECT 2");
        QueriesCompareStep.requireSame(Map.of("SELECT 1", one), List.of(one));
        assertThatThrownBy(() -> QueriesCompareStep.requireSame(Map.of("SELECT 1", one), List.of(one, two)))
                .hasMessageContaining("‘SELECT 2’ was not written down");
        assertThatThrownBy(
                () -> QueriesCompareStep.requireSame(Map.of("SELECT 1", one, "SELECT 2", two), List.of(one)))
                .hasMessageContaining("‘SELECT 2’ was written down before the change and is not given now");
    }

    private static QueryPlan plan(String query) {
        return new QueryPlan(query, 1, 1, List.of());
    }

    private static StepContext context(String step, Map<String, Object> with) {
        return (StepContext) Proxy.newProxyInstance(StepContext.class.getClassLoader(),
                new Class<?>[]{StepContext.class}, (_, method, _) -> switch (method.getName()) {
                    case "cutoverId" -> "c-1";
                    case "stepKey" -> step;
                    case "attempt" -> 1;
                    case "clock" -> Clock.systemUTC();
                    case "with" -> with;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
