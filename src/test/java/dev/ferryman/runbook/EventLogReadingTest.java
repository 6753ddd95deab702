package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.OTTO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.internal.EventLog;
import dev.ferryman.testing.StateStores;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What it costs to look at a cutover does not grow with its log. With the settings of {@link ExecutionTest}, so that both
 * share their service.
 */
@StateStores.OnPostgres
@Import(ScriptedSteps.class)
@TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
        "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
class EventLogReadingTest {
    @Autowired
    Runbook runbook;
    @Autowired
    DataSource store;
    @Autowired
    PlatformTransactionManager transactions;
    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger rows = new AtomicInteger();
    private Crew crew;
    private String id;
    private EventLog log;

    @BeforeEach
    void a_cutover_with_a_long_log() {
        crew = new Crew(runbook);
        id = crew.created().id();
        for (int i = 0; i < 40; i++) {
            note(i);
        }
        log = new EventLog(new JdbcTemplate(counting(store)));
    }

    @Test
    void of_a_cutover_that_was_read_before_only_what_came_since_is_read() {
        Cutover first = log.load(id);
        assertThat(rows.get()).isGreaterThan(40);

        forget();
        assertThat(log.load(id)).isSameAs(first);
        assertThat(statements).hasValue(1);
        assertThat(rows).hasValue(1);

        note(40);
        forget();
        Cutover next = log.load(id);
        assertThat(next.version()).isEqualTo(first.version() + 1);
        assertThat(statements).hasValue(2);
        assertThat(rows).hasValue(2);
        assertThat(next.step("window").orElseThrow().notes())
                .isEqualTo(new EventLog(new JdbcTemplate(store)).load(id).step("window").orElseThrow().notes());
    }

    @Test
    void a_part_of_the_log_is_read_as_a_part() {
        log.load(id);
        forget();
        assertThat(log.events(id, 10, 5)).extracting(event -> event.recorded().seq()).containsExactly(11L, 12L, 13L,
                14L, 15L);
        assertThat(rows).hasValue(6);
    }

    @Test
    void what_was_read_in_a_transaction_that_was_rolled_back_is_not_believed() {
        var within = new EventLog(new JdbcTemplate(store));
        long before = within.load(id).version();
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            status.setRollbackOnly();
            note(100);
            assertThat(within.load(id).version()).isEqualTo(before + 1);
        });
        assertThat(within.load(id).version()).isEqualTo(before);
        note(200);
        note(201);
        assertThat(within.load(id).step("window").orElseThrow().notes()).noneMatch(n -> n.toString().contains("100."))
                .anyMatch(n -> n.toString().contains("200."));
    }

    @Test
    void a_cutover_that_is_not_there_is_said_to_be_missing() {
        assertThatThrownBy(() -> log.load("nobody")).isInstanceOf(NoSuchCutoverException.class);
    }

    private void note(int number) {
        runbook.note(crew.by(OTTO, id), "window", "Seen " + number + ".");
    }

    private void forget() {
        statements.set(0);
        rows.set(0);
    }

    private DataSource counting(DataSource real) {
        return proxy(DataSource.class, real, (name, result) -> result instanceof Connection connection
                ? proxy(Connection.class, connection, this::onConnection)
                : result);
    }

    private @Nullable Object onConnection(String name, @Nullable Object result) {
        if (result instanceof PreparedStatement statement) {
            statements.incrementAndGet();
            return proxy(PreparedStatement.class, statement, (_, found) -> found instanceof ResultSet set
                    ? proxy(ResultSet.class, set, this::onRows)
                    : found);
        }
        return result;
    }

    private @Nullable Object onRows(String name, @Nullable Object result) {
        if (name.equals("next") && Boolean.TRUE.equals(result)) {
            rows.incrementAndGet();
        }
        return result;
    }

    private interface Seen {
        @Nullable
        Object answer(String method, @Nullable Object result);
    }

    private static <T> T proxy(Class<T> type, T real, Seen seen) {
        InvocationHandler handler = (_, method, arguments) -> {
            try {
                return seen.answer(method.getName(), method.invoke(real, arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, handler));
    }
}
