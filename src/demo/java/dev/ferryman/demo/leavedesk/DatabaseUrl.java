package dev.ferryman.demo.leavedesk;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the leave desk keeps its data, as one line of configuration. Never printed with its password. */
public sealed interface DatabaseUrl {
    /** The address as it may be shown: no password. */
    String display();

    /** The address as it is configured, password included: for the environment file and the driver only. */
    String configured();

    /** The dialect spoken there. */
    Dialect dialect();

    /**
     * A SQLite file.
     *
     * @param file absolute path
     */
    record Sqlite(Path file) implements DatabaseUrl {
        @Override
        public String display() {
            return configured();
        }

        @Override
        public String configured() {
            return "sqlite:" + file;
        }

        @Override
        public Dialect dialect() {
            return Dialect.SQLITE;
        }
    }

    /**
     * A PostgreSQL database.
     *
     * @param host host name or address
     * @param port TCP port
     * @param database name of the database
     * @param user role
     * @param password its password; null where the server asks for none
     * @param query driver parameters such as {@code currentSchema=leave}, still encoded; null where none
     */
    record Postgres(String host, int port, String database, String user, @Nullable String password,
            @Nullable String query) implements DatabaseUrl {
        @Override
        public String display() {
            return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
        }

        @Override
        public String configured() {
            try {
                String userInfo = password == null ? user : user + ":" + encoded(password);
                String base = new URI("postgresql", null, host, port, "/" + database, null, null).toASCIIString();
                return base.replace("://", "://" + userInfo + "@") + (query == null ? "" : "?" + query);
            } catch (URISyntaxException e) {
                throw new IllegalStateException("A parsed URL can always be written: " + display(), e);
            }
        }

        @Override
        public Dialect dialect() {
            return Dialect.POSTGRESQL;
        }

        /** The JDBC form, without user and password. */
        String jdbc() {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database + (query == null ? "" : "?" + query);
        }

        @Override
        public String toString() {
            return display();
        }

        private static String encoded(String text) {
            return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }
    }

    /**
     * Reads {@code sqlite:/absolute/path} or {@code postgresql://user:password@host:port/database}.
     *
     * @throws RequestRefusedException status 400, without repeating the text, which may hold a password
     */
    static DatabaseUrl parse(String text) {
        String url = text.strip();
        if (url.startsWith("sqlite:")) {
            return sqlite(url.substring("sqlite:".length()));
        }
        if (url.startsWith("postgresql://") || url.startsWith("postgres://")) {
            return postgres(url);
        }
        throw new RequestRefusedException(400,
                "The database URL must start with sqlite: or postgresql://. The database in use has not changed.");
    }

    private static DatabaseUrl sqlite(String rest) {
        try {
            Path file = Path.of(rest.startsWith("///") ? rest.substring(2) : rest);
            if (!file.isAbsolute()) {
                throw new RequestRefusedException(400, "A SQLite URL needs an absolute path: sqlite:/path/to/file.db.");
            }
            return new Sqlite(file.normalize());
        } catch (InvalidPathException e) {
            throw new RequestRefusedException(400, "The path in the SQLite URL is not a path.", e);
        }
    }

    private static DatabaseUrl postgres(String url) {
        String expected = "A PostgreSQL URL looks like postgresql://user:password@host:port/database.";
        try {
            URI uri = new URI(url);
            String userInfo = uri.getRawUserInfo();
            String path = uri.getPath();
            if (uri.getHost() == null || userInfo == null || path == null || path.length() < 2) {
                throw new RequestRefusedException(400, expected);
            }
            int colon = userInfo.indexOf(':');
            String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
            String password = colon < 0 ? null : decoded(userInfo.substring(colon + 1));
            int port = uri.getPort() < 0 ? 5432 : uri.getPort();
            return new Postgres(uri.getHost(), port, path.substring(1), user, password, uri.getRawQuery());
        } catch (URISyntaxException | IllegalArgumentException e) {
            // The exception's own text repeats the URL and with it the password.
            throw new RequestRefusedException(400, expected);
        }
    }

    private static String decoded(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
