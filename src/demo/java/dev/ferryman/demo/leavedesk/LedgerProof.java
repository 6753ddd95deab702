package dev.ferryman.demo.leavedesk;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds a ledger against a database: every acknowledged write must have its line in the audit log, and every leave
 * request must be at least as far as the ledger says.
 *
 * @param acknowledged entries looked at
 * @param lost what the database does not have, one sentence per finding; empty when nothing acknowledged was lost
 */
public record LedgerProof(long acknowledged, List<String> lost) {
    public LedgerProof {
        lost = List.copyOf(lost);
    }

    /**
     * Reads both. Writes that were committed but not acknowledged are no finding; the desk may go on writing meanwhile.
     *
     * @param ledgerFile see {@link Ledger#file()}
     * @param database {@code sqlite:} or {@code postgresql:} URL
     */
    public static LedgerProof check(Path ledgerFile, String database) throws IOException, SQLException {
        return check(ledgerFile, DatabaseUrl.parse(database));
    }

    static LedgerProof check(Path ledgerFile, DatabaseUrl database) throws IOException, SQLException {
        List<LedgerEntry> entries;
        try (Stream<LedgerEntry> stream = Ledger.read(ledgerFile)) {
            entries = stream.toList();
        }
        Map<Long, String> expected = new HashMap<>();
        for (LedgerEntry entry : entries) {
            if (entry.requestId() != null && entry.status() != null) {
                expected.merge(entry.requestId(), entry.status(), (a, b) -> rank(a) >= rank(b) ? a : b);
            }
        }
        Set<String> refs = new HashSet<>();
        Map<Long, String> found = new HashMap<>();
        try (Connection connection = Database.dataSource(database).getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT ref FROM audit_log")) {
                while (rows.next()) {
                    refs.add(rows.getString(1));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT id, status FROM leave_requests")) {
                while (rows.next()) {
                    found.put(rows.getLong(1), rows.getString(2));
                }
            }
        }
        List<String> lost = new ArrayList<>();
        for (LedgerEntry entry : entries) {
            if (!refs.contains(entry.ref())) {
                lost.add("write " + entry.number() + " (" + entry.operation() + ", ref " + entry.ref() + ", at "
                        + entry.at() + " on " + entry.dialect().label() + ") is not in audit_log");
            }
        }
        expected.forEach((id, status) -> {
            String actual = found.get(id);
            if (actual == null) {
                lost.add("leave request " + id + " is missing");
            } else if (rank(actual) <= rank(status) && !actual.equals(status)) {
                lost.add("leave request " + id + " was acknowledged as " + status + " and is " + actual);
            }
        });
        return new LedgerProof(entries.size(), lost);
    }

    /** How far along its life a request is; a status never goes to a lower rank. */
    private static int rank(String status) {
        return switch (status) {
            case "pending" -> 0;
            case "approved", "rejected" -> 1;
            case "cancelled" -> 2;
            default -> throw new IllegalStateException("A leave request has the unknown status '" + status + "'");
        };
    }
}
