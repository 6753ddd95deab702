package dev.ferryman.testing;

import dev.ferryman.cutover.TinyApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Something to be moved: a live application on its SQLite file and an empty PostgreSQL database, below a directory that
 * a service started with {@link StateStores} may use.
 */
public final class LiveSite implements AutoCloseable {
    /** Where all sites are; configured as root of sources and environment files. */
    public static final Path ROOT = root();
    /** A table nobody should be able to do anything with. */
    public static final String HOSTILE_TABLE = "<script>alert('t')</script> 🚢 | a\nb";

    private final Path directory;
    private final TestPostgres.Database postgres;
    private final TinyApplication application;

    /** Starts it with three employees and a table of a hostile name. */
    public LiveSite() {
        try {
            directory = Files.createTempDirectory(ROOT, "site");
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite());
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hired DATE)");
                statement.execute("INSERT INTO employees (name) VALUES ('Ada'), ('Grace'), ('Edsger')");
                statement.execute("CREATE TABLE \"" + HOSTILE_TABLE + "\" (id INTEGER PRIMARY KEY, v TEXT)");
                statement.execute("INSERT INTO \"" + HOSTILE_TABLE + "\" (v) VALUES ('x')");
            }
            Files.writeString(environment(), "DATABASE_URL=jdbc:sqlite:" + sqlite() + "\n");
            Files.writeString(directory.resolve("token"), TinyApplication.TOKEN + "\n");
            Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        postgres = TestPostgres.newest().freshDatabase();
        application = new TinyApplication(environment());
    }

    /** Its SQLite file. */
    public Path sqlite() {
        return directory.resolve("leave.db");
    }

    /** The directory of the site. */
    public Path directory() {
        return directory;
    }

    private Path environment() {
        return directory.resolve("app.env");
    }

    /** Its PostgreSQL database. */
    public TestPostgres.Database postgres() {
        return postgres;
    }

    /** Its application. */
    public TinyApplication application() {
        return application;
    }

    /** Reference to the password of its PostgreSQL user. */
    public String passwordReference() {
        return "file:" + directory.resolve("password");
    }

    /** Parameters of the template {@code stop-and-copy}, with the shortest watch. */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("maintenance-url", application.address("/maintenance"));
        parameters.put("maintenance-on-body", "{\"on\": true}");
        parameters.put("maintenance-off-body", "{\"on\": false}");
        parameters.put("hook-token", "file:" + directory.resolve("token"));
        parameters.put("switch-file", environment().toString());
        parameters.put("switch-value", postgres.jdbcUrl().replace(TestPostgres.PASSWORD,
                "{secret:" + passwordReference() + "}"));
        parameters.put("reload-url", application.address("/reload"));
        parameters.put("health-url", application.address("/health"));
        parameters.put("soak", "1s");
        parameters.put("probe-every", "1s");
        return parameters;
    }

    @Override
    public void close() {
        application.close();
        postgres.close();
    }

    private static Path root() {
        try {
            return Files.createDirectories(Path.of("target", "moves")).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
