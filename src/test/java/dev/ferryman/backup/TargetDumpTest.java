package dev.ferryman.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetDumpTest {
    private final TestPostgres.Database database = TestPostgres.fifteen().freshDatabase();
    private final List<String> said = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeEach
    void rows() {
        database.execute("""
                         CREATE TABLE employees (id bigint PRIMARY KEY, name text);
                         INSERT INTO employees SELECT i, 'Person ' || i FROM generate_series(1, 1000) i;
                         CREATE SCHEMA "other schema";
                         CREATE TABLE "other schema"."a ""b"" c" (v text);
                         INSERT INTO "other schema"."a ""b"" c" VALUES ('x');
                         CREATE TABLE nothing_in_it (v text)""");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private TargetDump dump(PostgresTarget target, PostgresTools tools) {
        return new TargetDump(target, tools, Duration.ofMinutes(2), Clock.systemUTC());
    }

    private PostgresTarget target() {
        return PostgresTarget.parse(database.url(), null);
    }

    @Test
    void a_dump_is_whole_sealed_and_counts_the_rows_of_its_own_moment() throws Exception {
        Backup backup = dump(target(), ClientPrograms.installed()).take(directory, said::add);
        assertThat(backup.kind()).isEqualTo(Backup.Kind.POSTGRES);
        assertThat(backup.rows()).isEqualTo(Map.of("public.employees", 1000L, "public.nothing_in_it", 0L,
                "other schema.a \"b\" c", 1L));
        assertThat(backup.tool()).startsWith("pg_dump 1");
        assertThat(backup.entries()).isGreaterThan(3);
        assertThat(SealedFile.of(backup.path())).isEqualTo(
                new SealedFile(backup.path(), Files.size(backup.path()), backup.sha256()));
        assertThat(directory).isDirectoryContaining(path -> path.equals(backup.path()));
        assertThat(files()).as("nothing unfinished").hasSize(1);
        assertThat(said).noneMatch(line -> line.contains(TestPostgres.PASSWORD));
    }

    @Test
    void a_server_that_is_newer_than_every_installed_program_is_refused_with_what_to_install() throws Exception {
        PostgresTools fifteen = onlyVersion("15.4", "15");
        try (var newest = TestPostgres.newest().freshDatabase()) {
            assertThatThrownBy(() -> dump(PostgresTarget.parse(newest.url(), null), fifteen).take(directory, said::add))
                    .isInstanceOfSatisfying(BadInputException.class, refused -> {
                        assertThat(refused).hasMessage("pg_dump must be as new as its server: the server runs"
                                + " PostgreSQL 18 while Ferryman's machine has pg_dump 15.4 only.");
                        assertThat(refused.next()).contains("postgresql-client-18")
                                .contains("ferryman.backup.postgres-tools");
                    });
        }
    }

    @Test
    void of_several_installed_versions_the_servers_own_is_taken_else_the_next_newer_one() throws Exception {
        Path versions = Files.createDirectory(directory.resolve("versions"));
        for (String version : List.of("13.1", "15.4", "16.2", "17.0")) {
            program(Files.createDirectories(versions.resolve(version.substring(0, 2)).resolve("bin")), "pg_dump",
                    "echo 'pg_dump (PostgreSQL) " + version + " (Debian)'");
        }
        var tools = new PostgresTools(null, "", versions);
        assertThat(tools.find("pg_dump", 15).words()).isEqualTo("pg_dump 15.4");
        assertThat(tools.find("pg_dump", 14).words()).isEqualTo("pg_dump 15.4");
        assertThat(tools.find("pg_dump", 17).words()).isEqualTo("pg_dump 17.0");
        var linked = new PostgresTools(null, versions.resolve("17/bin") + ":" + versions.resolve("16/bin"), versions);
        assertThatThrownBy(() -> linked.find("pg_dump", 18)).as("one that is found twice is named once")
                .hasMessageContaining("has pg_dump 13.1, 15.4, 16.2, 17.0 only.");
        assertThatThrownBy(() -> tools.find("pg_restore", 15)).isInstanceOf(BadInputException.class)
                .hasMessageContaining("pg_restore is not installed on Ferryman's machine")
                .hasMessageContaining(versions.resolve("15/bin").toString());
    }

    @Test
    void a_wrong_password_is_said_in_one_line_and_nothing_is_left() throws Exception {
        PostgresTools tools = ClientPrograms.installed();
        var wrong = PostgresTarget.parse(database.urlWithoutPassword(), Secret.of("not-the-password"));
        assertThatThrownBy(() -> dump(wrong, tools).take(directory, said::add)).isInstanceOf(BadInputException.class)
                .hasMessageContaining("refuses the password").hasMessageNotContaining("not-the-password");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_program_that_fails_is_quoted_without_secrets_and_its_file_is_removed() throws Exception {
        PostgresTools tools = toolsSaying("f=$(printf '%s\\n' \"$@\" | sed -n 's/--file=//p');"
                + " echo half > \"$f\"; echo \"pg_dump: error: could not write to output file: No space left on device"
                + " ($PGPASSWORD)\" >&2; exit 1");
        assertThatThrownBy(() -> dump(target(), tools).take(directory.resolve("dumps"), said::add))
                .isInstanceOfSatisfying(BadInputException.class, failed -> {
                    assertThat(failed).hasMessageContaining("No space left on device")
                            .hasMessageNotContaining(TestPostgres.PASSWORD);
                    assertThat(failed.next()).contains("Make room in " + directory.resolve("dumps"));
                });
        assertThat(directory.resolve("dumps")).isEmptyDirectory();
        assertThat(said).noneMatch(line -> line.contains(TestPostgres.PASSWORD));
    }

    @Test
    void a_dump_that_lacks_a_table_is_no_backup() throws Exception {
        PostgresTools tools = toolsSaying("exec " + ClientPrograms.installed().find("pg_dump", 15).path()
                + " --exclude-table-data=employees \"$@\"");
        assertThatThrownBy(() -> dump(target(), tools).take(directory.resolve("dumps"), said::add))
                .isInstanceOf(BadInputException.class).hasMessageContaining("lacks the rows of public.employees");
        assertThat(directory.resolve("dumps")).isEmptyDirectory();
    }

    @Test
    void whoever_cancels_ends_the_program_and_what_it_has_started() throws Exception {
        Path pid = directory.resolve("pid");
        PostgresTools tools = toolsSaying("sleep 600 & echo $! > " + pid + "; wait");
        var thrown = new AtomicReference<Throwable>();
        Thread dumping = Thread.ofPlatform().start(() -> {
            try {
                dump(target(), tools).take(directory.resolve("dumps"), said::add);
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        dumping.interrupt();
        dumping.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        long started = Long.parseLong(Files.readString(pid).strip());
        await().until(() -> ProcessHandle.of(started).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(directory.resolve("dumps")).isEmptyDirectory();
    }

    /** Programs of the server's version of which pg_dump does something else. */
    private PostgresTools toolsSaying(String script) throws IOException, InterruptedException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        program(bin, "pg_dump", "[ \"$1\" = --version ] && { echo 'pg_dump (PostgreSQL) 15.0'; exit; }\n" + script);
        program(bin, "pg_restore", "exec " + ClientPrograms.installed().find("pg_restore", 15).path() + " \"$@\"");
        return new PostgresTools(bin, "", bin);
    }

    private PostgresTools onlyVersion(String version, String major) throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin-" + major));
        for (String name : List.of("pg_dump", "pg_restore")) {
            program(bin, name, "echo '" + name + " (PostgreSQL) " + version + "'");
        }
        return new PostgresTools(bin, "", bin);
    }

    private static void program(Path bin, String name, String script) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
