package dev.ferryman.demo.leavedesk;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the two databases: how dates, timestamps and JSON are bound and read. The SQL is the same.
 * Timestamps are UTC, whole seconds, without a zone.
 */
public enum Dialect {
    /** Dates and timestamps are text. */
    SQLITE("SQLite") {
        @Override
        void bindDate(PreparedStatement statement, int index, LocalDate value) throws SQLException {
            statement.setString(index, value.toString());
        }

        @Override
        void bindTimestamp(PreparedStatement statement, int index, LocalDateTime value) throws SQLException {
            statement.setString(index, TIMESTAMP_TEXT.format(value));
        }

        @Override
        void bindJson(PreparedStatement statement, int index, String value) throws SQLException {
            statement.setString(index, value);
        }

        @Override
        LocalDate date(ResultSet row, String column) throws SQLException {
            return LocalDate.parse(row.getString(column));
        }

        @Override
        @Nullable
        LocalDateTime timestamp(ResultSet row, String column) throws SQLException {
            String text = row.getString(column);
            return text == null ? null : LocalDateTime.parse(text, TIMESTAMP_TEXT);
        }

        @Override
        String touch() {
            // The trigger employees_touch does it.
            return "";
        }
    },

    /** Dates and timestamps have types of their own. */
    POSTGRESQL("PostgreSQL") {
        @Override
        void bindDate(PreparedStatement statement, int index, LocalDate value) throws SQLException {
            statement.setObject(index, value);
        }

        @Override
        void bindTimestamp(PreparedStatement statement, int index, LocalDateTime value) throws SQLException {
            statement.setObject(index, value);
        }

        @Override
        void bindJson(PreparedStatement statement, int index, String value) throws SQLException {
            // Untyped, so that the column may be text, json or jsonb.
            statement.setObject(index, value, Types.OTHER);
        }

        @Override
        LocalDate date(ResultSet row, String column) throws SQLException {
            return row.getObject(column, LocalDate.class);
        }

        @Override
        @Nullable
        LocalDateTime timestamp(ResultSet row, String column) throws SQLException {
            return row.getObject(column, LocalDateTime.class);
        }

        @Override
        String touch() {
            return ", updated_at = date_trunc('second', now() AT TIME ZONE 'UTC')";
        }
    };

    private static final DateTimeFormatter TIMESTAMP_TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private final String label;

    Dialect(String label) {
        this.label = label;
    }

    /** Name for people: {@code SQLite} or {@code PostgreSQL}. */
    public String label() {
        return label;
    }

    abstract void bindDate(PreparedStatement statement, int index, LocalDate value) throws SQLException;

    abstract void bindTimestamp(PreparedStatement statement, int index, LocalDateTime value) throws SQLException;

    abstract void bindJson(PreparedStatement statement, int index, String value) throws SQLException;

    abstract LocalDate date(ResultSet row, String column) throws SQLException;

    abstract @Nullable LocalDateTime timestamp(ResultSet row, String column) throws SQLException;

    /** What an UPDATE of employees adds so that {@code updated_at} moves on this side. */
    abstract String touch();
}
