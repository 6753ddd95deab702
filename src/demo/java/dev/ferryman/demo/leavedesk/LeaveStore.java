package dev.ferryman.demo.leavedesk;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the leave desk reads. One SQL text for both databases. */
final class LeaveStore {
    static final List<String> KINDS = List.of("vacation", "sick", "parental", "training", "unpaid");
    static final List<String> STATUSES = List.of("pending", "approved", "rejected", "cancelled");

    private final FieldCipher cipher;

    LeaveStore(FieldCipher cipher) {
        this.cipher = cipher;
    }

    /**
     * @param bankAccount the last four digits behind dots; null where none is stored
     * @param balanceDays days left, two decimals
     */
    record Employee(long id, String name, String email, String department, LocalDate hiredOn, boolean active,
            BigDecimal balanceDays, @Nullable String bankAccount) {}

    /** A leave request as listed; timestamps are UTC. */
    record Request(long id, String employee, String department, String kind, LocalDate startsOn, LocalDate endsOn,
            boolean halfDay, BigDecimal days, String status, @Nullable String note, LocalDateTime updatedAt) {}

    long employeeCount(Connection connection) throws SQLException {
        return count(connection, "SELECT count(*) FROM employees");
    }

    long pendingCount(Connection connection) throws SQLException {
        return count(connection, "SELECT count(*) FROM leave_requests WHERE status = 'pending'");
    }

    private static long count(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    List<Employee> employees(Connection connection, Dialect dialect, int limit, int offset) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT e.id, e.full_name, e.email, d.name AS department, e.hired_on, e.active, e.balance_days,
                       e.bank_account
                FROM employees e JOIN departments d ON d.id = e.department_id
                ORDER BY e.id LIMIT ? OFFSET ?""")) {
            statement.setInt(1, limit);
            statement.setInt(2, offset);
            List<Employee> result = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    result.add(new Employee(row.getLong("id"), row.getString("full_name"), row.getString("email"),
                            row.getString("department"), dialect.date(row, "hired_on"), row.getBoolean("active"),
                            decimal(row, "balance_days"), lastDigits(row.getBytes("bank_account"))));
                }
            }
            return result;
        }
    }

    /** The requests changed last; all statuses where {@code status} is null. */
    List<Request> requests(Connection connection, Dialect dialect, @Nullable String status, int limit, int offset)
            throws SQLException {
        String where = status == null ? "" : "WHERE r.status = ?";
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT r.id, e.full_name, d.name AS department, r.kind, r.starts_on, r.ends_on, r.half_day, r.days,
                       r.status, r.note, r.updated_at
                FROM leave_requests r
                JOIN employees e ON e.id = r.employee_id
                JOIN departments d ON d.id = e.department_id
                %s ORDER BY r.updated_at DESC, r.id DESC LIMIT ? OFFSET ?""".formatted(where))) {
            int index = 1;
            if (status != null) {
                statement.setString(index++, status);
            }
            statement.setInt(index++, limit);
            statement.setInt(index, offset);
            List<Request> result = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    LocalDateTime updated = dialect.timestamp(row, "updated_at");
                    if (updated == null) {
                        throw new SQLException("leave_requests.updated_at is NULL for id " + row.getLong("id"));
                    }
                    result.add(new Request(row.getLong("id"), row.getString("full_name"), row.getString("department"),
                            row.getString("kind"), dialect.date(row, "starts_on"), dialect.date(row, "ends_on"),
                            row.getBoolean("half_day"), decimal(row, "days"), row.getString("status"),
                            row.getString("note"), updated));
                }
            }
            return result;
        }
    }

    private static BigDecimal decimal(ResultSet row, String column) throws SQLException {
        return new BigDecimal(row.getString(column)).setScale(2, RoundingMode.UNNECESSARY);
    }

    private @Nullable String lastDigits(byte @Nullable [] sealed) throws SQLException {
        if (sealed == null) {
            return null;
        }
        try {
            String account = cipher.decrypt(sealed);
            return "••••" + account.substring(account.length() - 4);
        } catch (GeneralSecurityException e) {
            throw new SQLException("employees.bank_account cannot be decrypted: its bytes or the secret have changed",
                    e);
        }
    }
}
