package dev.ferryman.demo.leavedesk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Objects;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;

/**
 * Creates the leave desk's SQLite file with realistic rows. The same seed, scale, date and secret give the same rows.
 *
 * @param seed of the generator
 * @param scale 1.0 gives about 40,000 rows in all tables together; greater than 0
 * @param asOf the day on which the data ends
 * @param fieldSecret encrypts the bank accounts
 */
public record SampleData(long seed, double scale, LocalDate asOf, String fieldSecret) {
    public SampleData {
        if (!(scale > 0 && scale <= 1000)) {
            throw new IllegalArgumentException("scale must be above 0 and at most 1000, not " + scale);
        }
    }

    /**
     * Creates the file, in WAL mode. It appears under its name only when it is complete.
     *
     * @return false where a file of this name was there already, which is then left alone
     */
    public boolean createIfMissing(Path file) {
        if (Files.exists(file)) {
            return false;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.deleteIfExists(part);
            SQLiteConfig config = Database.sqliteConfig();
            config.setJournalMode(JournalMode.WAL);
            try (Connection connection = config.createConnection("jdbc:sqlite:" + part)) {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate(schema());
                }
                new SampleRows(this, connection).insert();
                connection.commit();
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("The sample database " + file + " cannot be created", e);
        } catch (SQLException e) {
            throw new IllegalStateException("The sample database " + file + " cannot be created: " + e.getMessage(), e);
        }
    }

    private static String schema() throws IOException {
        try (InputStream in = Objects.requireNonNull(SampleData.class.getResourceAsStream("schema-sqlite.sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
