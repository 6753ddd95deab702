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
public final class ScratchDatabase implements AutoCloseable {
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
    public static ScratchDatabase create(PostgresTarget server, String name, boolean like) {
        var scratch = new ScratchDatabase(server, name);
        scratch.close();
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0" + (like ? locale(statement) : ""));
            return scratch;
        } catch (SQLException e) {
            throw refusal(server, e);
        }
    }

    /**
     * Makes it as a copy of a database of the same server, by the server itself. Nobody else may be connected to that one
     * meanwhile, and who connects has to wait.
     *
     * @param original the database that is copied
     * @param maintenance a database of the same server that is not copied, to give the order from
     * @throws BadInputException if somebody is connected, or the role may not
     */
    public static ScratchDatabase copy(PostgresTarget original, PostgresTarget maintenance, String name) {
        var scratch = new ScratchDatabase(maintenance, name);
        scratch.close();
        try (Connection connection = maintenance.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + quoted(original.database()));
            return scratch;
        } catch (SQLException e) {
            if ("55006".equals(e.getSQLState())) {
                throw new BadInputException(
                        "The server cannot copy " + original.display() + " while somebody is connected: "
                                + e.getMessage() + ".",
                        "Nothing was changed. Stop the application for it, or take the copy from a backup.", e);
            }
            throw refusal(maintenance, e);
        }
    }

    /** Drops what has this name, such as what a run that was cut off left; nothing where there is nothing. */
    public static void drop(PostgresTarget server, String name) {
        new ScratchDatabase(server, name).close();
    }

    private static BadInputException refusal(PostgresTarget server, SQLException e) {
        if ("42501".equals(e.getSQLState())) {
            return new BadInputException("The role may not create a scratch database on " + server.display() + ".",
                    "Nothing was changed. ALTER ROLE … CREATEDB, or name another server in the step's ‘server’.", e);
        }
        return server.refusal(e);
    }

    /** The database's own, of whichever provider; columns differ between versions. */
    private static String locale(Statement statement) throws SQLException {
        try (var row = statement.executeQuery(
                """
                SELECT format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, datctype)
                    || CASE datlocprovider WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                            coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
                        WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale')
                        ELSE '' END
                FROM pg_database d WHERE datname = current_database()""")) {
            row.next();
            return row.getString(1);
        }
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Where it is. */
    public PostgresTarget target() {
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
