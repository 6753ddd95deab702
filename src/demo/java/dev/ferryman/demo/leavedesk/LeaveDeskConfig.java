package dev.ferryman.demo.leavedesk;

import java.nio.file.Path;
import java.time.Clock;

/**
 * How a leave desk runs.
 *
 * @param address IP address it listens at: the loopback interface's, unless it is alone in a container
 * @param port TCP port; 0 for any free one
 * @param environmentFile file with {@code DATABASE_URL=}; created at start, pointing at {@code sqliteFile}, where it is
 *        missing
 * @param sqliteFile the SQLite file of a new leave desk
 * @param ledgerFile where acknowledged writes are entered
 * @param adminToken bearer token of the {@code /admin} endpoints, at least 16 characters; a secret
 * @param fieldSecret encrypts bank accounts; a secret
 * @param writesPerSecond how busy its users are; 0 for not at all, at most 2,000
 * @param seed of the sample data
 * @param scale of the sample data: 1.0 is about 40,000 rows
 * @param clock gives the times that are stored
 */
public record LeaveDeskConfig(String address, int port, Path environmentFile, Path sqliteFile, Path ledgerFile,
        String adminToken, String fieldSecret, int writesPerSecond, long seed, double scale, Clock clock) {
    public LeaveDeskConfig {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be from 0 to 65535, not " + port);
        }
        if (adminToken.length() < 16) {
            throw new IllegalArgumentException("the admin token must have at least 16 characters");
        }
        if (writesPerSecond < 0 || writesPerSecond > 2000) {
            throw new IllegalArgumentException("writesPerSecond must be from 0 to 2000, not " + writesPerSecond);
        }
        environmentFile = environmentFile.toAbsolutePath().normalize();
        sqliteFile = sqliteFile.toAbsolutePath().normalize();
        ledgerFile = ledgerFile.toAbsolutePath().normalize();
    }

    /**
     * Everything in one directory: {@code leave-desk.env}, {@code leave-desk.db}, {@code leave-desk.ledger}. Any free
     * port, 20 writes per second, about 40,000 rows.
     */
    public static LeaveDeskConfig in(Path directory, String adminToken) {
        return new LeaveDeskConfig("127.0.0.1", 0, directory.resolve("leave-desk.env"),
                directory.resolve("leave-desk.db"), directory.resolve("leave-desk.ledger"), adminToken,
                "leave-desk sample field secret", 20, 20_240_229L,
                1.0, Clock.systemUTC());
    }

    /** The same at another address of this machine. */
    public LeaveDeskConfig withAddress(String other) {
        return new LeaveDeskConfig(other, port, environmentFile, sqliteFile, ledgerFile, adminToken, fieldSecret,
                writesPerSecond, seed, scale, clock);
    }

    /** The same on another port. */
    public LeaveDeskConfig withPort(int other) {
        return new LeaveDeskConfig(address, other, environmentFile, sqliteFile, ledgerFile, adminToken, fieldSecret,
                writesPerSecond, seed, scale, clock);
    }

    /** The same with busier or calmer users. */
    public LeaveDeskConfig withWritesPerSecond(int other) {
        return new LeaveDeskConfig(address, port, environmentFile, sqliteFile, ledgerFile, adminToken, fieldSecret,
                other, seed,
                scale, clock);
    }

    /** The same with more or less sample data. */
    public LeaveDeskConfig withScale(double other) {
        return new LeaveDeskConfig(address, port, environmentFile, sqliteFile, ledgerFile, adminToken, fieldSecret,
                writesPerSecond, seed, other, clock);
    }

    /** Without its secrets. */
    @Override
    public String toString() {
        return "LeaveDeskConfig[address=" + address + ", port=" + port + ", environmentFile=" + environmentFile
                + ", writesPerSecond="
                + writesPerSecond + ", seed=" + seed + ", scale=" + scale + "]";
    }
}
