package dev.ferryman.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.springframework.boot.test.util.TestPropertyValues;

/**
 * A team's own Alembic project with two revisions, and the commands by which a service started with {@link StateStores} may
 * use it. The database it works on is named in a file.
 */
public final class AlembicProject {
    /** The revision that is there. */
    public static final String BEFORE = "aaa111";
    /** The one that it is changed to. */
    public static final String AFTER = "bbb222";
    private static final Path PROGRAM = Path.of("/usr/bin/alembic");
    private static final Path DIRECTORY = LiveSite.ROOT.resolve("alembic");

    private AlembicProject() {}

    /** Makes it work on a database and brings that to {@link #BEFORE}; a machine without Alembic skips the test and says so. */
    public static void on(TestPostgres.Database database) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "Install alembic and python3-psycopg2 for this test.");
        Files.createDirectories(DIRECTORY.resolve("versions"));
        Files.writeString(DIRECTORY.resolve("url"), database.url());
        Files.writeString(DIRECTORY.resolve("alembic.ini"), """
                                                            [alembic]
                                                            script_location = %s
                                                            [loggers]
                                                            keys = root
                                                            [handlers]
                                                            keys = console
                                                            [formatters]
                                                            keys = plain
                                                            [logger_root]
                                                            level = INFO
                                                            handlers = console
                                                            [handler_console]
                                                            class = StreamHandler
                                                            args = (sys.stderr,)
                                                            formatter = plain
                                                            [formatter_plain]
                                                            format = %%(levelname)s %%(message)s
                                                            """.formatted(DIRECTORY));
        Files.writeString(DIRECTORY.resolve("env.py"),
                """
                import os
                from logging.config import fileConfig
                from alembic import context
                from sqlalchemy import create_engine
                fileConfig(context.config.config_file_name)
                if context.is_offline_mode():
                    context.configure(url="postgresql://", literal_binds=True)
                    with context.begin_transaction():
                        context.run_migrations()
                else:
                    with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
                        context.configure(connection=connection)
                        with context.begin_transaction():
                            context.run_migrations()
                """);
        revision(BEFORE, "None", "op.execute('CREATE TABLE notes (id bigint PRIMARY KEY, body text)')",
                "op.drop_table('notes')");
        revision(AFTER, "'" + BEFORE + "'", "op.add_column('notes', sa.Column('author', sa.Text()))",
                "op.drop_column('notes', 'author')");
        var upgrade = new ProcessBuilder(PROGRAM.toString(), "-c", DIRECTORY.resolve("alembic.ini").toString(),
                "upgrade",
                BEFORE).redirectErrorStream(true).redirectOutput(DIRECTORY.resolve("log").toFile());
        upgrade.environment().put("DATABASE_URL", database.url());
        if (upgrade.start().waitFor() != 0) {
            throw new IllegalStateException(Files.readString(DIRECTORY.resolve("log")));
        }
    }

    private static void revision(String id, String before, String up, String down) throws IOException {
        Files.writeString(DIRECTORY.resolve("versions").resolve(id + ".py"), """
                                                                             import sqlalchemy as sa
                                                                             from alembic import op
                                                                             revision = '%s'
                                                                             down_revision = %s
                                                                             def upgrade():
                                                                                 %s
                                                                             def downgrade():
                                                                                 %s
                                                                             """.formatted(id, before, up, down));
    }

    /** Settings that allow its commands. */
    static TestPropertyValues commands() {
        List<String> settings = new ArrayList<>();
        command(settings, "alembic-upgrade", "upgrade", "{revision}");
        command(settings, "alembic-preview", "upgrade", "{from}:{revision}", "--sql");
        command(settings, "alembic-downgrade", "downgrade", "{from}");
        command(settings, "alembic-current", "current");
        return TestPropertyValues.of(settings);
    }

    private static void command(List<String> settings, String name, String... arguments) {
        String prefix = "ferryman.commands." + name + ".";
        List<String> all = new ArrayList<>(
                List.of(PROGRAM.toString(), "-c", DIRECTORY.resolve("alembic.ini").toString()));
        all.addAll(List.of(arguments));
        for (int i = 0; i < all.size(); i++) {
            settings.add(prefix + "arguments[" + i + "]=" + all.get(i));
        }
        for (String parameter : List.of("revision", "from")) {
            if (String.join(" ", arguments).contains("{" + parameter + "}")) {
                settings.add(prefix + "parameters." + parameter + "=[a-z0-9]+");
            }
        }
        settings.add(prefix + "environment.DATABASE_URL=file:" + DIRECTORY.resolve("url"));
        settings.add(prefix + "environment.PATH=/usr/bin:/bin");
        try {
            Files.createDirectories(DIRECTORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
