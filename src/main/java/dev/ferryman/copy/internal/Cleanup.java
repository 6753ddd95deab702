package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.internal.Ledger.MadeObject;
import dev.ferryman.copy.internal.Ledger.MadeObject.Kind;
import dev.ferryman.schema.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Takes back what a job made, in one transaction. */
public final class Cleanup {
    private static final String DEPENDENT_OBJECTS = "2BP01";

    private final Connection connection;

    /** @param connection holds the target's lease */
    public Cleanup(Connection connection) {
        this.connection = connection;
    }

    /**
     * Forgets the job.
     *
     * @param data whether its tables and rows go too
     * @param quarantine whether its rows in quarantine go
     */
    public void run(String job, boolean data, boolean quarantine) throws SQLException {
        connection.setAutoCommit(false);
        try {
            if (data) {
                undo(Ledger.objects(connection, job));
            }
            if (quarantine) {
                QuarantineTable.remove(connection, job);
            } else {
                QuarantineTable.dropEmpty(connection);
            }
            Ledger.forget(connection, job);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void undo(List<MadeObject> objects) throws SQLException {
        empty(objects.stream().filter(o -> o.kind() == Kind.FILLED_TABLE && there(o)).toList());
        List<MadeObject> tables = objects.stream().filter(o -> o.kind() == Kind.TABLE && there(o)).toList();
        for (MadeObject view : objects.stream().filter(o -> o.kind() == Kind.VIEW && there(o)).toList().reversed()) {
            drop(view, "VIEW " + quoted(view));
        }
        for (MadeObject table : tables) {
            dropForeignKeys(table);
        }
        for (MadeObject table : tables) {
            drop(table, "TABLE " + quoted(table));
        }
        List<MadeObject> others = new ArrayList<>(objects);
        others.removeIf(o -> o.kind() == Kind.TABLE || o.kind() == Kind.FILLED_TABLE || o.kind() == Kind.VIEW);
        Collections.reverse(others);
        // Schemas last: the rest may be in them.
        others.sort((a, b) -> Boolean.compare(a.kind() == Kind.SCHEMA, b.kind() == Kind.SCHEMA));
        for (MadeObject object : others) {
            switch (object.kind()) {
                case SCHEMA -> drop(object, "SCHEMA IF EXISTS " + SqlNames.quote(object.name()));
                case EXTENSION -> drop(object, "EXTENSION IF EXISTS " + SqlNames.quote(object.name()));
                case COLLATION -> drop(object, "COLLATION IF EXISTS " + quoted(object));
                case TYPE -> drop(object, "TYPE IF EXISTS " + quoted(object));
                // Its name carries the argument types and is quoted already.
                case FUNCTION -> drop(object,
                        "FUNCTION IF EXISTS " + SqlNames.quote(object.schema()) + "." + object.name());
                case TABLE, FILLED_TABLE, VIEW -> throw new IllegalStateException("handled before: " + object);
            }
        }
    }

    /** Tables that were empty when the copy began are empty again. */
    private void empty(List<MadeObject> tables) throws SQLException {
        if (tables.isEmpty()) {
            return;
        }
        String names = String.join(", ", tables.stream().map(Cleanup::quoted).toList());
        try (var statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + names + " RESTART IDENTITY");
        } catch (SQLException e) {
            throw new CopyFailedException("The loaded tables cannot be emptied: " + e.getMessage(),
                    "Nothing was changed. Remove what depends on them, then clean again.", e);
        }
    }

    private boolean there(MadeObject object) {
        try (var statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, quoted(object));
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void dropForeignKeys(MadeObject table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var statement = connection
                .prepareStatement("SELECT conname FROM pg_constraint WHERE conrelid = ?::regclass AND contype = 'f'")) {
            statement.setString(1, quoted(table));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        try (var statement = connection.createStatement()) {
            for (String name : names) {
                statement.execute("ALTER TABLE " + quoted(table) + " DROP CONSTRAINT " + SqlNames.quote(name));
            }
        }
    }

    /** Never CASCADE: what others have built upon our objects is not ours to drop. */
    private void drop(MadeObject object, String what) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("DROP " + what);
        } catch (SQLException e) {
            if (!DEPENDENT_OBJECTS.equals(e.getSQLState())) {
                throw e;
            }
            throw new CopyFailedException("The copied " + object.name() + " cannot be dropped: " + e.getMessage(),
                    "Nothing was dropped. Remove what others have built upon it, then clean again.", e);
        }
    }

    private static String quoted(MadeObject object) {
        return SqlNames.quote(object.schema(), object.name());
    }
}
