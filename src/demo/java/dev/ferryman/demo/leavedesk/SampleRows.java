package dev.ferryman.demo.leavedesk;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The rows of {@link SampleData}, table by table, parents first. All randomness comes from one seeded generator. */
final class SampleRows {
    private static final Dialect SQLITE = Dialect.SQLITE;
    private static final int BATCH = 1000;
    private static final int YEARS = 3;
    /** One request in so many was booked at a terminal whose clock had stopped. */
    private static final int UNREADABLE_EVERY = 211;

    private static final List<String> DEPARTMENTS = List.of("Engineering", "Product", "Design", "Sales", "Marketing",
            "Customer Care", "Finance", "People", "Legal", "Logistics", "Operations", "Research & Development");
    private static final List<String> GIVEN = List.of("Anna", "Ben", "Chloé", "David", "Elif", "Finn", "Giulia",
            "Håkon", "Inés", "Jonas", "Katarzyna", "Łukasz", "Maria", "Noah", "Olena", "Pierre", "Quỳnh", "Rosa",
            "Søren", "Tariq", "Uma", "Věra", "William", "Xin", "Yuki", "Zoë");
    private static final List<String> FAMILY = List.of("Andersen", "Becker", "Castillo", "D'Angelo", "Evans", "Fischer",
            "García", "Haddad", "Ivanova", "Jansen", "Kowalski", "Lefèvre", "Müller", "Nguyễn", "O'Neill", "Petrović",
            "Quist", "Rossi", "Schröder", "Tanaka", "Usman", "Virtanen", "Wójcik", "Yılmaz", "Žukauskas");
    private static final List<String> LOCALES = List.of("de-DE", "en-GB", "fr-FR", "pl-PL", "tr-TR", "vi-VN");
    private static final List<String> NOTES = List.of("Family visit", "Wedding of my sister 🎉",
            "Moving house; reachable by phone", "Doctor's certificate follows", "School holidays",
            "Please approve before Friday.\nThe flights are booked.", "„Brückentag“", "Conference: \"Data at rest\"",
            "100 % remote afterwards", "");
    private static final String[][] HOLIDAYS = {{"01-01", "New Year's Day"}, {"05-01", "Labour Day"},
            {"12-24", "Christmas Eve"}, {"12-25", "Christmas Day"}, {"12-26", "Second Day of Christmas"},
            {"12-31", "New Year's Eve"}};
    private static final List<String> COUNTRIES = List.of("AT", "BE", "CZ", "DE", "FR", "NL", "PL");

    private final SampleData data;
    private final Connection connection;
    private final Random random;
    private final FieldCipher cipher;
    private final int employees;
    private final int requests;
    private final LocalDate firstDay;

    SampleRows(SampleData data, Connection connection) {
        this.data = data;
        this.connection = connection;
        this.random = new Random(data.seed());
        this.cipher = new FieldCipher(data.fieldSecret());
        this.employees = (int) Math.max(12, Math.round(640 * data.scale()));
        this.requests = (int) Math.max(40, Math.round(8_600 * data.scale()));
        this.firstDay = data.asOf().minusYears(YEARS);
    }

    void insert() throws SQLException {
        departments();
        employees();
        holidays();
        settings();
        requests();
        deleteWithdrawn();
    }

    private void departments() throws SQLException {
        try (Batch batch = new Batch("INSERT INTO departments (id, name, cost_center) VALUES (?, ?, ?)")) {
            for (int i = 0; i < DEPARTMENTS.size(); i++) {
                batch.statement.setInt(1, i + 1);
                batch.statement.setString(2, DEPARTMENTS.get(i));
                batch.statement.setString(3, String.format(Locale.ROOT, "CC-%04d", 1000 + 10 * i));
                batch.add();
            }
        }
    }

    private void employees() throws SQLException {
        try (Batch batch = new Batch("INSERT INTO employees (id, full_name, email, department_id, manager_id, hired_on,"
                + " active, balance_days, bank_account, preferences, created_at, updated_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (int id = 1; id <= employees; id++) {
                PreparedStatement row = batch.statement;
                String given = pick(GIVEN);
                String family = pick(FAMILY);
                LocalDate hired = data.asOf().minusDays(30 + random.nextInt(12 * 365));
                LocalDateTime created = hired.atTime(8, random.nextInt(60), random.nextInt(60));
                row.setInt(1, id);
                row.setString(2, given + " " + family);
                row.setString(3, email(given, family, id));
                row.setInt(4, id <= DEPARTMENTS.size() ? id : 1 + random.nextInt(DEPARTMENTS.size()));
                if (id <= DEPARTMENTS.size()) {
                    row.setNull(5, java.sql.Types.INTEGER);
                } else {
                    row.setInt(5, 1 + random.nextInt(DEPARTMENTS.size()));
                }
                SQLITE.bindDate(row, 6, hired);
                row.setBoolean(7, id <= DEPARTMENTS.size() || random.nextInt(20) != 0);
                row.setBigDecimal(8, quarters(40 + random.nextInt(80)));
                row.setBytes(9, random.nextInt(10) == 0 ? null : bankAccount());
                SQLITE.bindJson(row, 10, preferences());
                SQLITE.bindTimestamp(row, 11, created);
                SQLITE.bindTimestamp(row, 12, created.plusDays(random.nextInt(25)));
                batch.add();
            }
        }
    }

    private static String email(String given, String family, int id) {
        String plain = java.text.Normalizer.normalize(given + "." + family, java.text.Normalizer.Form.NFD)
                .replaceAll("[^A-Za-z.]", "");
        return (id % 3 == 0 ? plain : plain.toLowerCase(Locale.ROOT)) + id + "@leavedesk.example";
    }

    private byte[] bankAccount() {
        StringBuilder iban = new StringBuilder("DE");
        for (int i = 0; i < 20; i++) {
            iban.append(random.nextInt(10));
        }
        byte[] nonce = new byte[FieldCipher.nonceBytes()];
        random.nextBytes(nonce);
        return cipher.encrypt(iban.toString(), nonce);
    }

    private String preferences() {
        String notify = switch (random.nextInt(3)) {
            case 0 -> "[\"email\"]";
            case 1 -> "[\"email\",\"chat\"]";
            default -> "[]";
        };
        return "{\"locale\":\"" + pick(LOCALES) + "\",\"notify\":" + notify + ",\"weekHours\":"
                + (random.nextInt(4) == 0 ? "32.5" : "40") + "}";
    }

    private void holidays() throws SQLException {
        try (Batch batch = new Batch("INSERT INTO holidays (country, day, name, half_day) VALUES (?, ?, ?, ?)")) {
            for (String country : COUNTRIES) {
                for (int year = firstDay.getYear(); year <= data.asOf().getYear() + 1; year++) {
                    for (String[] holiday : HOLIDAYS) {
                        batch.statement.setString(1, country);
                        SQLITE.bindDate(batch.statement, 2, LocalDate.parse(year + "-" + holiday[0]));
                        batch.statement.setString(3, holiday[1]);
                        batch.statement.setBoolean(4, holiday[1].endsWith("Eve"));
                        batch.add();
                    }
                }
            }
        }
    }

    private void settings() throws SQLException {
        try (Batch batch = new Batch("INSERT INTO settings (name, value, updated_at) VALUES (?, ?, ?)")) {
            String[][] settings = {{"accrual.days_per_month", "2.5"}, {"accrual.last_run", "null"},
                    {"company.name", "\"Harbour & Sons\""}, {"mail.enabled", "false"},
                    {"approval.levels", "{\"vacation\":1,\"unpaid\":2}"}, {"week.days", "[1,2,3,4,5]"}};
            for (String[] setting : settings) {
                batch.statement.setString(1, setting[0]);
                SQLITE.bindJson(batch.statement, 2, setting[1]);
                SQLITE.bindTimestamp(batch.statement, 3, firstDay.atStartOfDay());
                batch.add();
            }
        }
    }

    private void requests() throws SQLException {
        try (Batch request = new Batch("INSERT INTO leave_requests (id, ref, employee_id, kind, starts_on, ends_on,"
                + " half_day, days, status, note, decided_by, decided_at, created_at, updated_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                Batch usage = new Batch("INSERT INTO usage_details (request_id, used_on, hours, recorded_at)"
                        + " VALUES (?, ?, ?, ?)");
                Batch audit = new Batch(
                        "INSERT INTO audit_log (at, actor, action, ref, detail) VALUES (?, ?, ?, ?, ?)")) {
            long seconds = YEARS * 365L * 86_400 / requests;
            for (int id = 1; id <= requests; id++) {
                LocalDateTime created = firstDay.atStartOfDay().plusSeconds(seconds * (id - 1) + random.nextInt(600));
                request(id, created, request.statement, usage, audit);
                // Children wait in their batches until their parents are in.
                request.add();
                if (id % BATCH == 0) {
                    request.flush();
                    usage.flush();
                    audit.flush();
                }
            }
            request.flush();
        }
    }

    private void request(int id, LocalDateTime created, PreparedStatement row, Batch usage, Batch audit)
            throws SQLException {
        int employee = 1 + random.nextInt(employees);
        LocalDate starts = workday(created.toLocalDate().plusDays(random.nextInt(40)));
        boolean halfDay = random.nextInt(12) == 0;
        int length = halfDay ? 1 : 1 + random.nextInt(7);
        LocalDate ends = starts.plusDays(length - 1L);
        int workdays = (int) starts.datesUntil(ends.plusDays(1)).filter(SampleRows::isWorkday).count();
        String status = status(created);
        String kind = LeaveStore.KINDS.get(Math.max(0, random.nextInt(9) - 4));
        String ref = ref();
        LocalDateTime decided = status.equals("pending") ? null : created.plusMinutes(20L + random.nextInt(4000));
        row.setInt(1, id);
        row.setString(2, ref);
        row.setInt(3, employee);
        row.setString(4, kind);
        SQLITE.bindDate(row, 5, starts);
        SQLITE.bindDate(row, 6, ends);
        row.setBoolean(7, halfDay);
        row.setBigDecimal(8, halfDay ? new BigDecimal("0.5") : BigDecimal.valueOf(workdays));
        row.setString(9, status);
        row.setString(10, random.nextInt(3) == 0 ? pick(NOTES) : null);
        if (decided == null) {
            row.setNull(11, java.sql.Types.INTEGER);
            row.setNull(12, java.sql.Types.VARCHAR);
        } else {
            row.setInt(11, 1 + random.nextInt(DEPARTMENTS.size()));
            SQLITE.bindTimestamp(row, 12, decided);
        }
        SQLITE.bindTimestamp(row, 13, created);
        SQLITE.bindTimestamp(row, 14, decided == null ? created : decided);
        audit(audit, created, "employee:" + employee, "create", ref, null);
        if (status.equals("approved")) {
            for (LocalDate day : starts.datesUntil(ends.plusDays(1)).filter(SampleRows::isWorkday).toList()) {
                usage.statement.setInt(1, id);
                SQLITE.bindDate(usage.statement, 2, day);
                usage.statement.setBigDecimal(3, halfDay ? new BigDecimal("4") : quarters(24 + random.nextInt(10)));
                SQLITE.bindTimestamp(usage.statement, 4, day.atTime(18, random.nextInt(60), random.nextInt(60)));
                if (id % UNREADABLE_EVERY == 0) {
                    usage.statement.setString(4, "0000-00-00 00:00:00");
                }
                usage.add();
            }
        }
    }

    private static void audit(Batch audit, LocalDateTime at, String actor, String action, String ref,
            @Nullable String detail) throws SQLException {
        SQLITE.bindTimestamp(audit.statement, 1, at);
        audit.statement.setString(2, actor);
        audit.statement.setString(3, action);
        audit.statement.setString(4, ref);
        audit.statement.setString(5, detail);
        audit.add();
    }

    private String status(LocalDateTime created) {
        if (created.isAfter(data.asOf().minusDays(21).atStartOfDay())) {
            return "pending";
        }
        int dice = random.nextInt(100);
        return dice < 82 ? "approved" : dice < 91 ? "rejected" : dice < 97 ? "cancelled" : "pending";
    }

    /** The last requests were withdrawn, so the highest id ever given out is above the highest id there is. */
    private void deleteWithdrawn() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM leave_requests WHERE id > " + (requests - 5));
        }
    }

    private String ref() {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static BigDecimal quarters(int quarters) {
        return BigDecimal.valueOf(quarters * 25L, 2);
    }

    static boolean isWorkday(LocalDate day) {
        return day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
    }

    private static LocalDate workday(LocalDate day) {
        LocalDate result = day;
        while (!isWorkday(result)) {
            result = result.plusDays(1);
        }
        return result;
    }

    /** A prepared INSERT that is sent when flushed or closed. */
    private final class Batch implements AutoCloseable {
        private final PreparedStatement statement;

        Batch(String sql) throws SQLException {
            this.statement = connection.prepareStatement(sql);
        }

        void add() throws SQLException {
            statement.addBatch();
        }

        void flush() throws SQLException {
            statement.executeBatch();
        }

        @Override
        public void close() throws SQLException {
            flush();
            statement.close();
        }
    }
}
