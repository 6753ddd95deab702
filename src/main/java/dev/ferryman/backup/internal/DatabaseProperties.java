package dev.ferryman.backup.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What belongs to a database as a whole, and is in none of its dumps: owner, limit, rights, comment, settings. */
public final class DatabaseProperties {
    private static final String OLD_AND_NEW = "WITH x AS (SELECT d.*, ?::text AS new FROM pg_database d WHERE d.datname = ?) ";
    /** Rights are granted anew only where they are not the usual ones. */
    private static final String STATEMENTS = """
                                             SELECT format('ALTER DATABASE %I OWNER TO %I', new, pg_get_userbyid(datdba)), '', '' FROM x
                                             UNION ALL SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', new, datconnlimit), '', '' FROM x
                                             UNION ALL SELECT format('COMMENT ON DATABASE %I IS %L', new, shobj_description(oid, 'pg_database')), '', ''
                                                 FROM x WHERE shobj_description(oid, 'pg_database') IS NOT NULL
                                             UNION ALL SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', new), '', '' FROM x WHERE datacl IS NOT NULL
                                             UNION ALL SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, new,
                                                     CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                                                     CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '', ''
                                                 FROM x, aclexplode(datacl) a
                                             UNION ALL SELECT CASE p.setrole WHEN 0
                                                     THEN format('ALTER DATABASE %I SET %s FROM CURRENT', new, split_part(s, '=', 1))
                                                     ELSE format('ALTER ROLE %I IN DATABASE %I SET %s FROM CURRENT', pg_get_userbyid(p.setrole), new,
                                                         split_part(s, '=', 1)) END, split_part(s, '=', 1), substr(s, strpos(s, '=') + 1)
                                                 FROM x JOIN pg_db_role_setting p ON p.setdatabase = x.oid, unnest(p.setconfig) s""";

    private DatabaseProperties() {}

    /**
     * A statement that carries something.
     *
     * @param setting name of a setting that it takes from the session; empty where it takes none
     */
    private record Carrying(String sql, String setting, String value) {}

    /**
     * Gives a new database what an old one has.
     *
     * @param connection to another database of the server
     * @param lines hears what could not be carried, so that a person does it
     */
    public static void carry(Connection connection, String old, String to, Consumer<String> lines) throws SQLException {
        for (Carrying each : statements(connection, old, to)) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    PreparedStatement set = connection.prepareStatement("SELECT set_config(?, ?, true)")) {
                if (!each.setting().isEmpty()) {
                    // Lists, such as search_path, are read as the server reads them, and written back by itself.
                    set.setString(1, each.setting());
                    set.setString(2, each.value());
                    set.execute();
                }
                statement.execute(each.sql());
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                lines.accept("Not carried over, do it by hand: " + each.sql() + " (" + e.getMessage() + ")");
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static List<Carrying> statements(Connection connection, String old, String to) throws SQLException {
        List<Carrying> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OLD_AND_NEW + STATEMENTS)) {
            statement.setString(1, to);
            statement.setString(2, old);
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Carrying(row.getString(1), row.getString(2), row.getString(3)));
                }
            }
        }
        return found;
    }
}
