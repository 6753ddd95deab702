package dev.ferryman.copy.internal;

import dev.ferryman.copy.internal.Ledger.MadeObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/** What is in a target apart from tables: compared before and after a statement, it tells what the statement made. */
final class ObjectCatalogue {
    private static final String OBJECTS = """
                                          WITH own AS (SELECT oid, nspname FROM pg_namespace
                                              WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'ferryman'))
                                          SELECT 'SCHEMA', '', nspname FROM own
                                          UNION ALL SELECT 'EXTENSION', '', extname FROM pg_extension
                                          UNION ALL SELECT 'COLLATION', nspname, collname FROM pg_collation c JOIN own ON own.oid = collnamespace
                                              WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
                                          UNION ALL SELECT 'TYPE', nspname, typname FROM pg_type t JOIN own ON own.oid = typnamespace
                                              WHERE typtype IN ('d', 'e')
                                              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
                                          UNION ALL SELECT 'FUNCTION', nspname, format('%I(%s)', proname, pg_get_function_identity_arguments(p.oid))
                                              FROM pg_proc p JOIN own ON own.oid = pronamespace
                                              WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
                                          ORDER BY 1, 2, 3""";

    private ObjectCatalogue() {}

    static Set<MadeObject> read(Connection connection) throws SQLException {
        Set<MadeObject> objects = new LinkedHashSet<>();
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(OBJECTS)) {
            while (rows.next()) {
                objects.add(new MadeObject(MadeObject.Kind.valueOf(rows.getString(1)), rows.getString(2),
                        rows.getString(3)));
            }
        }
        return objects;
    }
}
