package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An empty database of one's own on a server, dropped when it is closed. Its name says whose it is: whoever comes after a
 * crash drops what was left by asking for the same name again.
 */
final class ScratchDatabase implements AutoCloseable {
    private final PostgresTarget server;
    private final String name;

    private ScratchDatabase(PostgresTarget server, String name) {
        this.server = server;
        this.name = name;
    }

    /**
     * Makes it anew.
     *
     * @param server any database of the server
     * @param like whether its locale is that of the database connected to; otherwise it is the server's own
     * @throws BadInputException if the role may not create databases, or the server cannot be reached
     */
    static ScratchDatabase create(PostgresTarget server, String name, boolean like) {
        var scratch = new ScratchDatabase(server, name);
        scratch.close();
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0" + (like ? locale(statement) : ""));
            return scratch;
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                throw new BadInputException(
                        "The role may not create a scratch database on " + server.display() + ".",
                        "Nothing was changed. ALTER ROLE … CREATEDB, or name another server in the step's ‘server’.",
                        e);
            }
            throw server.refusal(e);
        }
    }

    private static String locale(Statement statement) throws SQLException {
        try (var row = statement.executeQuery("SELECT pg_encoding_to_char(encoding), quote_literal(datcollate),"
                + " quote_literal(datctype) FROM pg_database WHERE datname = current_database()")) {
            row.next();
            return " ENCODING '" + row.getString(1) + "' LC_COLLATE " + row.getString(2) + " LC_CTYPE "
                    + row.getString(3);
        }
    }

    PostgresTarget target() {
        return server.withDatabase(name);
    }

    @Override
    public void close() {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        } catch (SQLException e) {
            throw server.refusal(e);
        }
    }
}
