package dev.ferryman.demo.leavedesk;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the leave desk writes. Each method is one transaction's work, leaves its unique ref in the audit log and says
 * what to enter in the ledger; empty means that there was nothing to do. One SQL text for both databases.
 */
final class LeaveWrites {
    private final Clock clock;

    LeaveWrites(Clock clock) {
        this.clock = clock;
    }

    /** A new request as asked for by a client, already validated. */
    record NewRequest(long employeeId, String kind, LocalDate startsOn, LocalDate endsOn, boolean halfDay,
            @Nullable String note) {
        BigDecimal days() {
            long workdays = startsOn.datesUntil(endsOn.plusDays(1)).filter(SampleRows::isWorkday).count();
            return halfDay ? new BigDecimal("0.5") : BigDecimal.valueOf(workdays);
        }
    }

    /** Creates a request. */
    Acknowledged create(Connection connection, Dialect dialect, NewRequest request) throws SQLException {
        String ref = ref();
        LocalDateTime now = now();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO leave_requests (ref, employee_id, kind, starts_on, ends_on, half_day, days, status, note,
                                            created_at, updated_at)
                SELECT ?, id, ?, ?, ?, ?, ?, 'pending', ?, ?, ? FROM employees WHERE id = ? RETURNING id""")) {
            statement.setString(1, ref);
            statement.setString(2, request.kind());
            dialect.bindDate(statement, 3, request.startsOn());
            dialect.bindDate(statement, 4, request.endsOn());
            statement.setBoolean(5, request.halfDay());
            statement.setBigDecimal(6, request.days());
            statement.setString(7, request.note());
            dialect.bindTimestamp(statement, 8, now);
            dialect.bindTimestamp(statement, 9, now);
            statement.setLong(10, request.employeeId());
            long id;
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new RequestRefusedException(400,
                            "There is no employee with id " + request.employeeId() + ".");
                }
                id = row.getLong(1);
            }
            audit(connection, dialect, "create", ref, "{\"request\":" + id + "}");
            return new Acknowledged(dialect, "create", ref, id, "pending");
        }
    }

    /** Approves a pending request where the balance allows, otherwise rejects it. */
    Optional<Acknowledged> decide(Connection connection, Dialect dialect, int skip, long decidedBy)
            throws SQLException {
        long id;
        long employee;
        BigDecimal days;
        try (PreparedStatement statement = connection
                .prepareStatement("""
                                  SELECT id, employee_id, days FROM leave_requests WHERE status = 'pending'
                                  ORDER BY starts_on, id LIMIT 1 OFFSET ?""")) {
            statement.setInt(1, skip);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                id = row.getLong(1);
                employee = row.getLong(2);
                days = new BigDecimal(row.getString(3));
            }
        }
        String status = changeBalance(connection, dialect, employee, days.negate()) ? "approved" : "rejected";
        try (PreparedStatement statement = connection
                .prepareStatement("""
                                  UPDATE leave_requests SET status = ?, decided_by = ?, decided_at = ?, updated_at = ?
                                  WHERE id = ? AND status = 'pending'""")) {
            statement.setString(1, status);
            statement.setLong(2, decidedBy);
            dialect.bindTimestamp(statement, 3, now());
            dialect.bindTimestamp(statement, 4, now());
            statement.setLong(5, id);
            if (statement.executeUpdate() == 0) {
                connection.rollback();
                return Optional.empty();
            }
        }
        String ref = ref();
        String operation = status.equals("approved") ? "approve" : "reject";
        audit(connection, dialect, operation, ref, "{\"request\":" + id + ",\"days\":" + days.toPlainString() + "}");
        return Optional.of(new Acknowledged(dialect, operation, ref, id, status));
    }

    /** Cancels the newest open request at or below {@code fromId}, removes its usage and gives the days back. */
    Optional<Acknowledged> cancel(Connection connection, Dialect dialect, long fromId) throws SQLException {
        long id;
        long employee;
        BigDecimal days;
        String was;
        try (PreparedStatement statement = connection
                .prepareStatement("""
                                  SELECT id, employee_id, days, status FROM leave_requests
                                  WHERE id <= ? AND status IN ('pending', 'approved') ORDER BY id DESC LIMIT 1""")) {
            statement.setLong(1, fromId);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                id = row.getLong(1);
                employee = row.getLong(2);
                days = new BigDecimal(row.getString(3));
                was = row.getString(4);
            }
        }
        if (was.equals("approved")) {
            changeBalance(connection, dialect, employee, days);
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE leave_requests SET status = 'cancelled', updated_at = ? WHERE id = ? AND status = ?")) {
            dialect.bindTimestamp(statement, 1, now());
            statement.setLong(2, id);
            statement.setString(3, was);
            if (statement.executeUpdate() == 0) {
                connection.rollback();
                return Optional.empty();
            }
        }
        try (PreparedStatement statement = connection
                .prepareStatement("DELETE FROM usage_details WHERE request_id = ?")) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
        String ref = ref();
        audit(connection, dialect, "cancel", ref, "{\"request\":" + id + ",\"was\":\"" + was + "\"}");
        return Optional.of(new Acknowledged(dialect, "cancel", ref, id, "cancelled"));
    }

    /** Records the hours used on the first day of an approved request, again where they are recorded already. */
    Optional<Acknowledged> use(Connection connection, Dialect dialect, long fromId, BigDecimal hours)
            throws SQLException {
        long id;
        LocalDate day;
        try (PreparedStatement statement = connection
                .prepareStatement("""
                                  SELECT id, starts_on FROM leave_requests WHERE id <= ? AND status = 'approved'
                                  ORDER BY id DESC LIMIT 1""")) {
            statement.setLong(1, fromId);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                id = row.getLong(1);
                day = dialect.date(row, "starts_on");
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO usage_details (request_id, used_on, hours, recorded_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (request_id, used_on)
                DO UPDATE SET hours = excluded.hours, recorded_at = excluded.recorded_at""")) {
            statement.setLong(1, id);
            dialect.bindDate(statement, 2, day);
            statement.setBigDecimal(3, hours);
            dialect.bindTimestamp(statement, 4, now());
            statement.executeUpdate();
        }
        String ref = ref();
        audit(connection, dialect, "use", ref, "{\"request\":" + id + ",\"hours\":" + hours.toPlainString() + "}");
        return Optional.of(new Acknowledged(dialect, "use", ref, id, null));
    }

    /** Credits an employee with days. */
    Optional<Acknowledged> accrue(Connection connection, Dialect dialect, long employee, BigDecimal days)
            throws SQLException {
        if (!changeBalance(connection, dialect, employee, days)) {
            return Optional.empty();
        }
        String ref = ref();
        audit(connection, dialect, "accrue", ref,
                "{\"employee\":" + employee + ",\"days\":" + days.toPlainString() + "}");
        return Optional.of(new Acknowledged(dialect, "accrue", ref, null, null));
    }

    /** Notes the last accrual run in the settings. */
    Acknowledged configure(Connection connection, Dialect dialect) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE settings SET value = ?, updated_at = ? WHERE name = 'accrual.last_run'")) {
            dialect.bindJson(statement, 1, "\"" + now() + "Z\"");
            dialect.bindTimestamp(statement, 2, now());
            statement.executeUpdate();
        }
        String ref = ref();
        audit(connection, dialect, "configure", ref, null);
        return new Acknowledged(dialect, "configure", ref, null, null);
    }

    /** Changes a balance unless it would leave 0 to 99 days; says whether it did. */
    private static boolean changeBalance(Connection connection, Dialect dialect, long employee, BigDecimal days)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE employees SET"
                + " balance_days = balance_days + ?" + dialect.touch() + " WHERE id = ? AND active"
                + " AND balance_days + ? >= 0 AND balance_days + ? <= 99")) {
            statement.setBigDecimal(1, days);
            statement.setLong(2, employee);
            statement.setBigDecimal(3, days);
            statement.setBigDecimal(4, days);
            return statement.executeUpdate() == 1;
        }
    }

    private void audit(Connection connection, Dialect dialect, String action, String ref, @Nullable String detail)
            throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("INSERT INTO audit_log (at, actor, action, ref, detail) VALUES (?, ?, ?, ?, ?)")) {
            dialect.bindTimestamp(statement, 1, now());
            statement.setString(2, "leave-desk");
            statement.setString(3, action);
            statement.setString(4, ref);
            if (detail == null) {
                statement.setNull(5, java.sql.Types.NULL);
            } else {
                dialect.bindJson(statement, 5, detail);
            }
            statement.executeUpdate();
        }
    }

    private LocalDateTime now() {
        return LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String ref() {
        return UUID.randomUUID().toString();
    }
}
