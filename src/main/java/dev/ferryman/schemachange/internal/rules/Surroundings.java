package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Catalog;
import java.util.List;

/**
 * What a rule may look at besides the statement.
 *
 * @param statement the statement
 * @param catalog what is known before it runs
 * @param version major version of the server
 * @param outlook what the rest of the script does
 * @param session what the statements before have left behind
 */
record Surroundings(ParsedStatement statement, Catalog catalog, int version, Outlook outlook, Session session) {
    /** The statement's own struct. */
    Tree tree() {
        return statement.tree();
    }

    /** Whether the script has set the session's time zone to UTC. */
    boolean utc() {
        return session.utc();
    }

    /** Whether the script builds an index on the table that a lookup by these columns can use. */
    boolean indexedLater(String table, List<String> columns) {
        return outlook.indexes(table, columns);
    }

    /** Whether the script gives the table a primary key by a statement of its own. */
    boolean keyLater(String table) {
        return outlook.hasKey(table);
    }

    /** Whether the transaction that is open has added the constraint, under a lock that it still holds. */
    boolean addedInThisTransaction(String table, String constraint) {
        return session.transaction() > 0 && session.added(table + "/" + constraint);
    }
}
