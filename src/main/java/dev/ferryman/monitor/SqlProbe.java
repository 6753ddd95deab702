package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the target, each time on a connection of its own that may only read. A server that cannot be reached, is going
 * down or has no connection left is in breach; whatever else goes wrong is an error.
 */
public final class SqlProbe implements Probe {
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300");
    private static final String STATEMENT_TOO_LONG = "57014";
    private static final String NO_SUCH_TABLE = "42P01";
    /** 99 % of a normal distribution are below the mean plus so many standard deviations. */
    private static final double P99 = 2.326;
    private static final double PERCENT = 100;

    /** Where counters are kept from one look to the next, across restarts. */
    public interface Counters {
        /** As last noted, empty before the first. */
        Optional<String> last();

        /** Notes them. */
        void note(String counters);
    }

    private final Supplier<PostgresTarget> target;
    private final @Nullable SqlLook look;
    private final String sql;
    private final Threshold threshold;
    private final Duration limit;
    private final Counters counters;
    private final Control control;

    private SqlProbe(Supplier<PostgresTarget> target, @Nullable SqlLook look, String sql, Threshold threshold,
            Duration limit, Counters counters, Control control) {
        this.target = target;
        this.look = look;
        this.sql = sql;
        this.threshold = threshold;
        this.limit = limit;
        this.counters = counters;
        this.control = control;
    }

    /**
     * A figure by name.
     *
     * @param target fetched for each look, since it holds a password
     * @param limit how long a look may take
     */
    public static SqlProbe of(Supplier<PostgresTarget> target, SqlLook look, Threshold threshold, Duration limit,
            Counters counters, Control control) {
        return new SqlProbe(target, look, look.sql(), threshold, limit, counters, control);
    }

    /**
     * A figure by a query of one row and one number, counters apart as {@link #of}.
     *
     * @throws BadInputException where it is more than one statement
     */
    public static SqlProbe own(Supplier<PostgresTarget> target, String query, Threshold threshold, Duration limit,
            Control control) {
        return new SqlProbe(target, null, checked(query), threshold, limit, new Counters() {
            @Override
            public Optional<String> last() {
                return Optional.empty();
            }

            @Override
            public void note(String counters) {}
        }, control);
    }

    /** Makes sure that a query is one statement. */
    public static String checked(String query) {
        String one = query.strip().replaceFirst(";\\s*$", "");
        if (one.contains(";")) {
            throw new BadInputException("The query is more than one statement.",
                    "Write one SELECT that gives one number, without a semicolon.");
        }
        return one;
    }

    @Override
    public Sample look(Clock clock) throws InterruptedException {
        Instant at = clock.instant();
        long begun = System.nanoTime();
        try (Connection connection = target.get().connectToLook(limit);
                var statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return judge(at, begun, rows);
        } catch (BadInputException e) {
            return new Sample(at, Sample.Kind.ERROR, Duration.ZERO, e.getMessage() + " " + e.next());
        } catch (SQLException e) {
            return trouble(at, e);
        }
    }

    private Sample judge(Instant at, long begun, ResultSet rows) throws SQLException {
        Duration latency = Duration.ofNanos(System.nanoTime() - begun);
        if (!rows.next()) {
            return new Sample(at, Sample.Kind.NO_DATA, latency, "The query gives no row.");
        }
        double[] answer = new double[rows.getMetaData().getColumnCount()];
        for (int i = 0; i < answer.length; i++) {
            answer[i] = rows.getDouble(i + 1);
            if (rows.wasNull()) {
                return new Sample(at, Sample.Kind.NO_DATA, latency, look == null
                        ? "The query gives no figure."
                        : look.missing());
            }
        }
        if (look == null && (answer.length != 1 || rows.next())) {
            return new Sample(at, Sample.Kind.ERROR, latency, "The query gives more than one figure.");
        }
        OptionalDouble value = look == null ? OptionalDouble.of(answer[0]) : counted(look, answer);
        return value.isPresent()
                ? threshold.judge(at, latency, value.getAsDouble(), look == null ? "The figure" : look.key())
                : new Sample(at, Sample.Kind.LOW_TRAFFIC, latency, "Nothing to compare with yet, or nothing happened.");
    }

    private OptionalDouble counted(SqlLook named, double[] answer) {
        if (named.counting() == SqlLook.Counting.NOW) {
            return OptionalDouble.of(answer[0]);
        }
        Optional<double[]> before = counters.last().map(SqlProbe::numbers);
        boolean reset = before.isPresent() && before.get()[0] > answer[0];
        if (named.counting() == SqlLook.Counting.SINCE_BEGIN) {
            if (before.isEmpty() || reset) {
                // After a reset of the statistics, all they say has happened since.
                counters.note(reset ? "0" : text(answer));
            }
            return OptionalDouble.of(reset ? answer[0] : answer[0] - before.orElse(answer)[0]);
        }
        counters.note(text(answer));
        if (before.isEmpty() || reset) {
            return OptionalDouble.empty();
        }
        double[] grown = answer.clone();
        for (int i = 0; i < grown.length; i++) {
            grown[i] -= before.get()[i];
        }
        return grown[1] <= 0 ? OptionalDouble.empty() : OptionalDouble.of(figure(named, grown));
    }

    private static double figure(SqlLook named, double[] grown) {
        double share = grown[0] / grown[1];
        return switch (named.counting()) {
            case SHARE -> share * PERCENT;
            case P99 -> share + P99 * Math.sqrt(Math.max(0, grown[2] / grown[1] - share * share));
            default -> share;
        };
    }

    private static String text(double[] numbers) {
        return Arrays.stream(numbers).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private Sample trouble(Instant at, SQLException e) throws InterruptedException {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        if (state.startsWith("08") && !state.equals("08004") || AWAY.contains(state)) {
            return control.unreachable(at, "PostgreSQL does not take the connection (SQLSTATE " + state + ")");
        }
        if (state.equals(NO_SUCH_TABLE) && (look == SqlLook.QUERY_MEAN || look == SqlLook.QUERY_P99)) {
            return new Sample(at, Sample.Kind.NO_DATA, Duration.ZERO,
                    "The extension pg_stat_statements is not in this database.");
        }
        return new Sample(at, Sample.Kind.ERROR, Duration.ZERO, state.equals(STATEMENT_TOO_LONG)
                ? "The query was given up after " + limit.toSeconds() + " s."
                : "PostgreSQL refuses the query (SQLSTATE " + state + "): " + firstLine(e.getMessage()));
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
