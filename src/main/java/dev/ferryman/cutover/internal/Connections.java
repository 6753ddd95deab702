package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ConnectionsView;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.store.Instants;
import java.nio.file.Path;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The two databases of each cutover. An address never holds a password; a password is a reference or sealed, and comes
 * out only for the moment of connecting (I8).
 */
@Component
class Connections {
    private static final Pattern URL_PASSWORD = Pattern
            .compile("://[^/?#@\\s]*:[^/?#@\\s]*@|[?&;](?:password|sslpassword|passfile)=", Pattern.CASE_INSENSITIVE);

    private final JdbcClient jdbc;
    private final PasswordBox box;
    private final CutoverProperties properties;
    private final SecretRoots secrets;

    Connections(JdbcClient jdbc, PasswordBox box, CutoverProperties properties, SecretRoots secrets) {
        this.jdbc = jdbc;
        this.box = box;
        this.properties = properties;
        this.secrets = secrets;
    }

    /** What is stored of a cutover's databases. */
    record Stored(String cutoverId, String sourcePath, String targetUrl, @Nullable String passwordReference,
            @Nullable String passwordSealed, String schema, SchemaMode mode, @Nullable Copy copy) {}

    /** The private copy of the source that a rehearsal works on. */
    record Copy(Path path, Instant at) {}

    /** Opens a source as a person typed it: inside the source roots, local, readable. */
    SqliteSource openSource(String path) {
        Path real = properties.roots().resolve(path);
        return SqliteSource.live(real);
    }

    /** The target as a person typed it. */
    PostgresTarget draft(TargetDraft draft) {
        return PostgresTarget.parse(requireNoPassword(draft.url()), password(draft));
    }

    /** Refuses an address with a password in it, without repeating it. */
    static String requireNoPassword(String url) {
        if (holdsPassword(url)) {
            throw new BadInputException("The address of the target contains a password.",
                    "Leave it out of the address and give it as a reference such as env:PGPASSWORD, or in its own field.");
        }
        return url;
    }

    static boolean holdsPassword(String url) {
        return URL_PASSWORD.matcher(url).find();
    }

    /** Makes sure that a password reference leads somewhere. */
    void requireResolvable(TargetDraft draft) {
        if (!draft.passwordReference().isEmpty()) {
            secrets.open(draft.passwordReference());
        }
    }

    private @Nullable Secret password(TargetDraft draft) {
        return draft.passwordReference().isEmpty() ? draft.password() : secrets.open(draft.passwordReference());
    }

    /** Stores the databases of a new cutover. */
    void store(String cutoverId, String sourcePath, TargetDraft target, SchemaMode mode) {
        Secret password = target.passwordReference().isEmpty() ? target.password() : null;
        jdbc.sql("""
                 INSERT INTO cutover_connection (cutover_id, source_path, target_url, password_reference,
                     password_sealed, target_schema, schema_mode)
                 VALUES (:id, :source, :url, :reference, :sealed, :schema, :mode)""")
                .paramSource(new MapSqlParameterSource().addValue("id", cutoverId).addValue("source", sourcePath)
                        .addValue("url", requireNoPassword(target.url()))
                        .addValue("reference",
                                target.passwordReference().isEmpty() ? null : target.passwordReference(), Types.VARCHAR)
                        .addValue("sealed", password == null ? null : box.seal(password, cutoverId), Types.VARCHAR)
                        .addValue("schema", target.schema()).addValue("mode", mode.name()))
                .update();
    }

    /**
     * What is stored.
     *
     * @throws BadInputException where there is nothing for this cutover
     */
    Stored of(String cutoverId) {
        Optional<Stored> found = jdbc.sql("SELECT * FROM cutover_connection WHERE cutover_id = ?").param(cutoverId)
                .query((row, _) -> new Stored(cutoverId, row.getString("source_path"), row.getString("target_url"),
                        row.getString("password_reference"), row.getString("password_sealed"),
                        row.getString("target_schema"), SchemaMode.valueOf(row.getString("schema_mode")),
                        row.getString("copy_path") == null
                                ? null
                                : new Copy(Path.of(row.getString("copy_path")),
                                        Instants.parse(row.getString("copied_at")))))
                .optional();
        return found.orElseThrow(() -> new BadInputException("The cutover " + cutoverId + " has no connections.",
                "Create it through the form or the API, which ask for them."));
    }

    /** Remembers the private copy of a rehearsal's source. */
    void copied(String cutoverId, Copy copy) {
        jdbc.sql("UPDATE cutover_connection SET copy_path = ?, copied_at = ? WHERE cutover_id = ?")
                .params(copy.path().toString(), Instants.text(copy.at()), cutoverId).update();
    }

    /** Opens the live source of a cutover. */
    SqliteSource source(String cutoverId) {
        return openSource(of(cutoverId).sourcePath());
    }

    /** The target of a cutover, its password fetched now. */
    PostgresTarget target(String cutoverId) {
        return PostgresTarget.parse(of(cutoverId).targetUrl(), password(cutoverId).orElse(null));
    }

    /** The target's password, fetched now; empty where there is none. */
    Optional<Secret> password(String cutoverId) {
        Stored stored = of(cutoverId);
        if (stored.passwordReference() != null) {
            return Optional.of(secrets.open(stored.passwordReference()));
        }
        return Optional.ofNullable(stored.passwordSealed()).map(sealed -> box.open(sealed, cutoverId));
    }

    /** What may be shown. */
    ConnectionsView view(String cutoverId) {
        Stored stored = of(cutoverId);
        String password = stored.passwordReference() != null
                ? stored.passwordReference()
                : stored.passwordSealed() != null ? "kept encrypted" : "none";
        return new ConnectionsView(stored.sourcePath(), PostgresTarget.parse(stored.targetUrl(), null).display(),
                stored.schema(), stored.mode(), stored.copy() == null ? null : stored.copy().at(), password);
    }
}
