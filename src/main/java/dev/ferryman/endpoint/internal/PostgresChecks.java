package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What has to hold before a PostgreSQL database is used, each refusal with one clear line. */
public final class PostgresChecks {
    private static final int OLDEST_VERSION = 15;

    private PostgresChecks() {}

    /** See {@link PostgresTarget#check(String)}. */
    public static void check(PostgresTarget target, String schema) {
        try (var connection = target.connect()) {
            version(target, connection);
            writable(target, connection);
            rights(target, connection, schema);
        } catch (SQLException e) {
            throw refusal(target, e);
        }
    }

    private static void version(PostgresTarget target, Connection connection) throws SQLException {
        var metadata = connection.getMetaData();
        if (metadata.getDatabaseMajorVersion() < OLDEST_VERSION) {
            throw new BadInputException(
                    "The target " + target.display() + " runs PostgreSQL " + metadata.getDatabaseProductVersion()
                            + "; Ferryman needs " + OLDEST_VERSION + " or newer.",
                    "Upgrade the server, or name another target.");
        }
    }

    private static void writable(PostgresTarget target, Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'")) {
            row.next();
            if (row.getBoolean(1)) {
                throw new BadInputException("The target " + target.display() + " is a standby: it takes no writes.",
                        "Name the primary server.");
            }
            if (row.getBoolean(2)) {
                throw new BadInputException(
                        "The target " + target.display() + " is read-only (default_transaction_read_only is on).",
                        "Turn the setting off for this database and role, or name another target.");
            }
        }
    }

    private static void rights(PostgresTarget target, Connection connection, String schema) throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                SELECT current_user, has_database_privilege(current_database(), 'CREATE'),
                    (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = ?),
                    (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'ferryman')
                """)) {
            statement.setString(1, schema);
            try (var row = statement.executeQuery()) {
                row.next();
                var role = row.getString(1);
                var createSchema = row.getBoolean(2);
                // Ferryman keeps its ledger of chunks in a schema of its own.
                if (!Boolean.TRUE.equals(nullable(row, 4)) && !createSchema) {
                    throw new BadInputException(
                            "The role " + role + " may not create a schema in " + target.display() + ".",
                            "GRANT CREATE ON DATABASE to it, or name a role that has it.");
                }
                var createTables = nullable(row, 3);
                if (Boolean.FALSE.equals(createTables) || (createTables == null && !createSchema)) {
                    throw new BadInputException(
                            "The role " + role + " may not create tables in schema " + schema + " of "
                                    + target.display()
                                    + ".",
                            "GRANT CREATE ON SCHEMA to it, or name a role that has it.");
                }
            }
        }
    }

    private static @Nullable Boolean nullable(ResultSet row, int column) throws SQLException {
        var value = row.getBoolean(column);
        return row.wasNull() ? null : value;
    }

    /** See {@link PostgresTarget#refusal}. */
    public static BadInputException refusal(PostgresTarget target, SQLException e) {
        var state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "28P01" -> bad(target, "refuses the password.", "Check user and password.", e);
            case "28000" -> bad(target, "does not let this user in.",
                    "Check the user's name, pg_hba.conf and whether the server demands TLS (sslmode).", e);
            case "08004" -> bad(target, "rejected the connection.",
                    "Give the password (in the URL, as a secret reference or as PGPASSWORD) and check pg_hba.conf.", e);
            case "3D000" -> bad(target, "has no database of that name.", "Create the database, or correct its name.",
                    e);
            case "42501" -> bad(target, "withholds a right from this user.",
                    "GRANT CONNECT and CREATE ON DATABASE to the user.", e);
            case "53300" -> bad(target, "has no connection left.",
                    "Raise max_connections or close idle connections.", e);
            case "57P03" -> bad(target, "is starting up or shutting down.", "Wait until it accepts connections.", e);
            default -> state.startsWith("08")
                    ? bad(target, "cannot be reached.",
                            "Check that the server runs, host, port and firewall, and sslmode.",
                            e)
                    : bad(target, "cannot be used (SQLSTATE " + state + ").", "Look at the server's log.", e);
        };
    }

    private static BadInputException bad(PostgresTarget target, String what, String next, SQLException e) {
        return new BadInputException("The target " + target.display() + " " + what, next, e);
    }
}
