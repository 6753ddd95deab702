package dev.ferryman.testing;

import dev.ferryman.backup.PostgresTools;
import dev.ferryman.endpoint.BadInputException;
import org.junit.jupiter.api.Assumptions;

/** PostgreSQL's client programs of this machine, for tests that take them. */
public final class ClientPrograms {
    private ClientPrograms() {}

    /** Those that fit {@link TestPostgres#fifteen()}; a machine without them skips the test and says so. */
    public static PostgresTools installed() throws InterruptedException {
        return installed(15);
    }

    /** Those that fit a server of this major version; a machine without them skips the test and says so. */
    public static PostgresTools installed(int major) throws InterruptedException {
        var tools = new PostgresTools(null, System.getenv().getOrDefault("PATH", ""), PostgresTools.DEBIAN);
        try {
            tools.find("pg_dump", major);
            tools.find("pg_restore", major);
            return tools;
        } catch (BadInputException e) {
            return Assumptions.abort(e.getMessage() + " " + e.next());
        }
    }
}
