package dev.ferryman.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds what users were told against what a database has. */
final class Notes {
    private Notes() {}

    /** Every request that was acknowledged is there once. Closes the connection. */
    static void assertEachIsOnce(List<String> acknowledged, Connection live) throws SQLException {
        Map<String, Integer> found = new HashMap<>();
        try (live;
                Statement statement = live.createStatement();
                ResultSet rows = statement.executeQuery("SELECT note FROM leave_requests WHERE note LIKE 'user %'")) {
            while (rows.next()) {
                found.merge(rows.getString(1), 1, Integer::sum);
            }
        }
        assertThat(acknowledged).isNotEmpty()
                .allSatisfy(note -> assertThat(found.getOrDefault(note, 0)).as(note).isOne());
    }
}
