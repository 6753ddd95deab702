package dev.ferryman.activity.internal;

import dev.ferryman.activity.BackendIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares sessions by what tells them apart, to the microsecond, which is what PostgreSQL keeps. */
public final class Identities {
    private static final String WHOSE = """
                                         FROM pg_stat_activity a WHERE a.pid = ? AND a.backend_start = ?
                                        AND a.xact_start IS NOT DISTINCT FROM ? AND a.query_start IS NOT DISTINCT FROM ?
                                        AND a.backend_type = 'client backend'""";

    private Identities() {}

    /** Whether two moments are the same. */
    public static boolean same(@Nullable Instant one, @Nullable Instant other) {
        return Objects.equals(micros(one), micros(other));
    }

    private static @Nullable Instant micros(@Nullable Instant at) {
        return at == null ? null : at.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * A truth value about exactly this session; empty where there is none that is the same.
     *
     * @param select the beginning of the statement, with the session as {@code a}
     */
    public static Optional<Boolean> ask(Connection connection, String select, BackendIdentity whose)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(select + WHOSE)) {
            statement.setInt(1, whose.pid());
            set(statement, 2, whose.started());
            set(statement, 3, whose.transaction());
            set(statement, 4, whose.query());
            try (var row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
            }
        }
    }

    private static void set(PreparedStatement statement, int index, @Nullable Instant at) throws SQLException {
        if (at == null) {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setObject(index, at.atOffset(ZoneOffset.UTC));
        }
    }
}
