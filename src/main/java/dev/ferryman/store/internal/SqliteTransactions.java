package dev.ferryman.store.internal;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;

/**
 * Transactions on SQLite. One that may write takes the database's only write lock at its beginning and waits its turn
 * for it, since a transaction that has begun by reading cannot become a writer any more once another one has written.
 * Reading ones ({@code readOnly = true}, and everything outside transactions) go on beside it.
 */
final class SqliteTransactions extends JdbcTransactionManager {
    private static final long serialVersionUID = 1;

    SqliteTransactions(DataSource store) {
        super(store);
    }

    @Override
    protected void prepareTransactionalConnection(Connection connection, TransactionDefinition definition)
            throws SQLException {
        super.prepareTransactionalConnection(connection, definition);
        if (!definition.isReadOnly()) {
            try (var statement = connection.createStatement()) {
                // The driver has begun a deferred transaction, which holds nothing yet. Its own immediate mode would
                // take the lock a second time after every commit.
                statement.execute("COMMIT");
                statement.execute("BEGIN IMMEDIATE");
            }
        }
    }
}
