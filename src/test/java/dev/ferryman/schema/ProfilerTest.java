package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.SqliteSource;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilerTest {
    private static final String NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) ";

    @TempDir
    Path directory;

    @Test
    void a_live_file_read_in_pages_gives_the_same_profile_as_its_snapshot() {
        var file = SqliteFile.create(directory, "PRAGMA ignore_check_constraints = 1",
                "CREATE TABLE a(id INTEGER PRIMARY KEY, v TEXT)",
                "CREATE TABLE b(rowid TEXT, v INT)", "CREATE TABLE c(x INT, y TEXT, PRIMARY KEY (y, x)) WITHOUT ROWID",
                "CREATE TABLE d(p INT REFERENCES a CHECK (p < 50000))", "CREATE TABLE e(rowid, oid, _rowid_)",
                NUMBERS + "INSERT INTO a SELECT i * 3 - 70000, 'v' || i FROM n",
                NUMBERS + "INSERT INTO b SELECT 'same', i FROM n",
                NUMBERS + "INSERT INTO c SELECT i, CASE WHEN i % 3 THEN 'k' ELSE CAST(x'ff' AS TEXT) || i END FROM n",
                "INSERT INTO d SELECT v FROM b", "INSERT INTO e SELECT v, v, v FROM b",
                "INSERT INTO a VALUES (-9223372036854775808, 'min'), (9223372036854775807, 'max')");

        var live = file.liveProfile();

        assertThat(live).isEqualTo(file.profile());
        assertThat(live.tables()).extracting(Profile.TableProfile::rows).containsExactly(50_002L, 50_000L, 50_000L,
                50_000L, 50_000L);
        assertThat(live.tables().get(3).violations()).hasSize(2);
    }

    @Test
    void a_writer_of_a_rollback_journal_database_gets_its_turn_before_the_scan_ends() throws Exception {
        var file = SqliteFile.create(directory, "CREATE TABLE a(id INTEGER PRIMARY KEY, v TEXT)", "CREATE TABLE log(x)",
                NUMBERS + "INSERT INTO a SELECT i, 'v' || i FROM n");
        var writer = new Thread(() -> file.execute("PRAGMA busy_timeout = 60000", "INSERT INTO log VALUES (1)"));
        var committedInTheMiddle = new ArrayList<Boolean>();
        Profiler.profile(SqliteSource.live(file.path()), file.schema(), new ProfileListener() {
            @Override
            public void progressed(String table, long rows) {
                if (!writer.isAlive() && committedInTheMiddle.isEmpty() && rows < 20_000) {
                    writer.start();
                    while (canRead(file.path())) {
                        // Until the writer's commit waits for this reader, which keeps new readers out.
                        Thread.onSpinWait();
                    }
                } else {
                    committedInTheMiddle.add(canRead(file.path()));
                }
            }
        });
        writer.join();
        assertThat(committedInTheMiddle).isNotEmpty().containsOnly(true);
    }

    private static boolean canRead(Path path) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path + "?busy_timeout=0");
                var statement = connection.createStatement()) {
            statement.executeQuery("SELECT count(*) FROM log").close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    @Test
    void an_interrupt_stops_the_scan() {
        var file = SqliteFile.create(directory, "CREATE TABLE a(id INTEGER PRIMARY KEY)",
                NUMBERS + "INSERT INTO a SELECT i FROM n");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Profiler.profile(file.source(), file.schema(), ProfileListener.silent()))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void numbers_texts_and_their_limits_are_measured() {
        var profile = SqliteFile.create(directory, "CREATE TABLE t(i, r, s)",
                "INSERT INTO t VALUES (-32769, 0.1, 'äö🐘'), (2147483648, 1234.5678, ''), (9007199254740993, 1e-7, 'x')")
                .profile().tables().getFirst();
        var integers = profile.column("i");
        assertThat(integers.count(Trait.INTEGER_OVER_INT2)).isEqualTo(3);
        assertThat(integers.count(Trait.INTEGER_OVER_INT4)).isEqualTo(2);
        assertThat(integers.count(Trait.INTEGER_OVER_DOUBLE)).isEqualTo(1);
        assertThat(integers.minInteger()).isEqualTo(-32769);
        assertThat(profile.column("r").integerDigits()).isEqualTo(4);
        assertThat(profile.column("r").fractionDigits()).isEqualTo(7);
        assertThat(profile.column("s").maxCharacters()).isEqualTo(3);
        assertThat(profile.column("s").maxBytes()).isEqualTo(8);
        assertThat(profile.column("s").texts()).containsExactly("", "x", "äö🐘");
    }
}
