package dev.ferryman.demo;

import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Carries a leave desk's file to PostgreSQL by hand, so that the demo is tested without what it demonstrates. */
final class HandCarried {
    private static final List<String> TABLES = List.of("departments", "employees", "leave_requests", "usage_details",
            "holidays", "settings", "audit_log");

    private HandCarried() {}

    static void schema(Connection target) throws IOException, SQLException {
        try (InputStream in = Objects
                .requireNonNull(HandCarried.class.getResourceAsStream("leave-desk-postgresql.sql"));
                Statement statement = target.createStatement()) {
            statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static void everything(Path source, TestPostgres.Database database) throws IOException, SQLException {
        try (Connection from = DriverManager.getConnection("jdbc:sqlite:" + source);
                Connection to = database.connect()) {
            schema(to);
            to.setAutoCommit(false);
            try (Statement statement = to.createStatement()) {
                statement.execute("SET session_replication_role = replica");
                for (String table : TABLES) {
                    copy(from, to, table);
                }
                for (String table : List.of("departments", "employees", "leave_requests", "usage_details")) {
                    statement.execute("SELECT setval(pg_get_serial_sequence('" + table
                            + "', 'id'), (SELECT max(id) FROM " + table + ") + 100)");
                }
            }
            to.commit();
        }
    }

    private static void copy(Connection from, Connection to, String table) throws SQLException {
        try (Statement statement = from.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            int columns = rows.getMetaData().getColumnCount();
            String marks = String.join(", ", Collections.nCopies(columns, "?"));
            try (PreparedStatement insert = to
                    .prepareStatement("INSERT INTO " + table + " VALUES (" + marks + ")")) {
                while (rows.next()) {
                    for (int i = 1; i <= columns; i++) {
                        Object value = rows.getObject(i);
                        if (value instanceof byte[] bytes) {
                            insert.setBytes(i, bytes);
                        } else {
                            insert.setObject(i, value == null ? null : rows.getString(i), Types.OTHER);
                        }
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }
}
