package dev.ferryman.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/**
 * Runs the same tests on both kinds of state store, each an empty database of the test's application context (which
 * Spring keeps between test classes that ask for the same one: clear your own tables). Its sources and environment files
 * are below {@link LiveSite#ROOT}, and it can keep passwords.
 *
 * <pre>{@code
 * class UsersTest {
 *     abstract static class Contract { @Autowired Users users; @Test void …() {} }
 *
 *     @Nested @StateStores.OnSqlite class OnSqlite extends Contract {}
 *     @Nested @StateStores.OnPostgres class OnPostgres extends Contract {}
 * }
 * }</pre>
 */
public final class StateStores {
    private StateStores() {}

    /** The whole application, its server on a free port, on an SQLite state store. */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
    @ContextConfiguration(initializers = Sqlite.class)
    public @interface OnSqlite {
    }

    /** The whole application, its server on a free port, on a PostgreSQL state store. */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
    @ContextConfiguration(initializers = Postgres.class)
    public @interface OnPostgres {
    }

    /** A new SQLite file below {@code target}. */
    public static final class Sqlite implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            settings(freshSqliteUrl()).applyTo(context);
        }
    }

    /** A new database on the shared test server. */
    public static final class Postgres implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        @SuppressWarnings("resource") // The context outlives this call; the database goes with the server.
        public void initialize(ConfigurableApplicationContext context) {
            settings(TestPostgres.newest().freshDatabase().jdbcUrl()).applyTo(context);
        }
    }

    /** One set of settings for all, so that tests share as few contexts as possible: {@link LiveSite}s can be moved. */
    private static TestPropertyValues settings(String storeUrl) {
        return AlembicProject.commands().and("ferryman.store.url=" + storeUrl, "ferryman.source-roots=" + LiveSite.ROOT,
                "ferryman.traffic.environment-roots=" + LiveSite.ROOT, "ferryman.secrets.roots=" + LiveSite.ROOT,
                "ferryman.schema-changes.roots=" + LiveSite.ROOT,
                "ferryman.work-directory=" + LiveSite.ROOT.resolve("cutovers"),
                "ferryman.retention.archive-directory=" + LiveSite.ROOT.resolve("archives"),
                "FERRYMAN_SECRET_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    }

    /** URL of an SQLite state store that does not exist yet. */
    public static String freshSqliteUrl() {
        try {
            Path parent = Files.createDirectories(Path.of("target", "stores"));
            return "jdbc:sqlite:" + Files.createTempDirectory(parent, "store").resolve("ferryman.db").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
