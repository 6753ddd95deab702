package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads CREATE TABLE by SQLite's grammar. */
final class TableDdlParser {
    private static final Set<String> COLUMN_CONSTRAINTS = Set.of("CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE",
            "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS", "ON", "DEFERRABLE");
    private static final Set<String> TABLE_CONSTRAINTS = Set.of("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN");

    private final TokenReader reader;
    private final ExpressionParser expressions;
    private final List<TableDdl.Column> columns = new ArrayList<>();
    private final List<TableDdl.Check> checks = new ArrayList<>();
    private final List<TableDdl.ForeignKey> foreignKeys = new ArrayList<>();
    private boolean autoincrement;

    private TableDdlParser(String sql) throws SqlSyntaxException {
        this.reader = new TokenReader(sql);
        this.expressions = new ExpressionParser(reader);
    }

    static TableDdl parse(String sql) throws SqlSyntaxException {
        return new TableDdlParser(sql).table();
    }

    private TableDdl table() throws SqlSyntaxException {
        reader.expect("CREATE");
        if (!reader.accept("TEMP")) {
            reader.accept("TEMPORARY");
        }
        reader.expect("TABLE");
        reader.accept("IF", "NOT", "EXISTS");
        reader.name();
        if (reader.accept(".")) {
            reader.name();
        }
        reader.expect("(");
        do {
            if (startsTableConstraint()) {
                tableConstraint();
            } else {
                column();
            }
            // SQLite lets the comma between table constraints go.
        } while (reader.accept(",") || startsTableConstraint());
        reader.expect(")");
        return new TableDdl(List.copyOf(columns), List.copyOf(checks), List.copyOf(foreignKeys), autoincrement);
    }

    private boolean startsTableConstraint() {
        return !columns.isEmpty() && reader.peek().kind() == Token.Kind.WORD
                && TABLE_CONSTRAINTS.contains(reader.peek().text().toUpperCase(Locale.ROOT));
    }

    private void column() throws SqlSyntaxException {
        var name = reader.name();
        while (isName() && !isColumnConstraint()) {
            reader.take();
        }
        if (reader.is("(")) {
            reader.skipGroup();
        }
        var collation = "BINARY";
        String generated = null;
        String constraint = null;
        while (isColumnConstraint()) {
            var word = reader.take().text().toUpperCase(Locale.ROOT);
            switch (word) {
                case "CONSTRAINT" -> {
                    constraint = reader.name();
                    continue;
                }
                case "PRIMARY" -> primaryKey();
                case "NOT" -> {
                    reader.expect("NULL");
                    conflictClause();
                }
                case "NULL", "UNIQUE" -> conflictClause();
                case "CHECK" -> check(constraint);
                case "DEFAULT" -> defaultValue();
                case "COLLATE" -> collation = reader.name();
                case "REFERENCES" -> references(constraint, List.of(name));
                case "GENERATED" -> {
                    reader.expect("ALWAYS");
                    reader.expect("AS");
                    generated = generated();
                }
                case "AS" -> generated = generated();
                case "ON" -> {
                    reader.accept("CONFLICT");
                    reader.name();
                }
                case "DEFERRABLE" -> throw new SqlSyntaxException("DEFERRABLE without a foreign key");
                default -> throw new SqlSyntaxException("the constraint " + word);
            }
            constraint = null;
        }
        columns.add(new TableDdl.Column(name, collation, generated));
    }

    private boolean isName() {
        return switch (reader.peek().kind()) {
            case WORD, NAME, STRING -> true;
            case BLOB, INTEGER, REAL, PARAMETER, OPERATOR, END -> false;
        };
    }

    private boolean isColumnConstraint() {
        return reader.peek().kind() == Token.Kind.WORD
                && COLUMN_CONSTRAINTS.contains(reader.peek().text().toUpperCase(Locale.ROOT));
    }

    private void primaryKey() throws SqlSyntaxException {
        reader.expect("KEY");
        if (!reader.accept("ASC")) {
            reader.accept("DESC");
        }
        conflictClause();
        if (reader.accept("AUTOINCREMENT")) {
            autoincrement = true;
        }
    }

    private void conflictClause() throws SqlSyntaxException {
        if (reader.accept("ON", "CONFLICT")) {
            reader.name();
        }
    }

    private void check(@Nullable String constraint) throws SqlSyntaxException {
        reader.expect("(");
        var start = reader.start();
        // What is in it may be more than the expression parser reads; the planner then says so by name.
        skipToClosing();
        checks.add(new TableDdl.Check(constraint, reader.since(start)));
        reader.expect(")");
        conflictClause();
    }

    private void skipToClosing() throws SqlSyntaxException {
        while (!reader.is(")")) {
            if (reader.is("(")) {
                reader.skipGroup();
            } else if (reader.peek().kind() == Token.Kind.END) {
                throw reader.unexpected(")");
            } else {
                reader.take();
            }
        }
    }

    private void defaultValue() throws SqlSyntaxException {
        if (reader.is("(")) {
            reader.skipGroup();
        } else if (reader.is("+") || reader.is("-")) {
            reader.take();
            reader.take();
        } else {
            reader.take();
        }
    }

    private String generated() throws SqlSyntaxException {
        reader.expect("(");
        var start = reader.start();
        skipToClosing();
        var sql = reader.since(start);
        reader.expect(")");
        if (!reader.accept("STORED")) {
            reader.accept("VIRTUAL");
        }
        return sql;
    }

    private void tableConstraint() throws SqlSyntaxException {
        String constraint = null;
        while (reader.accept("CONSTRAINT")) {
            constraint = reader.name();
        }
        if (reader.accept("PRIMARY", "KEY")) {
            indexedColumns();
            conflictClause();
        } else if (reader.accept("UNIQUE")) {
            indexedColumns();
            conflictClause();
        } else if (reader.accept("CHECK")) {
            check(constraint);
        } else if (reader.accept("FOREIGN", "KEY")) {
            references(constraint, columnNames(), true);
        } else if (constraint == null) {
            throw reader.unexpected("a constraint");
        }
    }

    /** The columns of a key; SQLite allows AUTOINCREMENT behind them. */
    private void indexedColumns() throws SqlSyntaxException {
        reader.expect("(");
        do {
            expressions.expression();
            if (!reader.accept("ASC")) {
                reader.accept("DESC");
            }
            if (reader.accept("AUTOINCREMENT")) {
                autoincrement = true;
            }
        } while (reader.accept(","));
        reader.expect(")");
    }

    private List<String> columnNames() throws SqlSyntaxException {
        reader.expect("(");
        var names = new ArrayList<String>();
        do {
            names.add(reader.name());
        } while (reader.accept(","));
        reader.expect(")");
        return List.copyOf(names);
    }

    private void references(@Nullable String constraint, List<String> child, boolean keyword)
            throws SqlSyntaxException {
        if (keyword) {
            reader.expect("REFERENCES");
        }
        references(constraint, child);
    }

    private void references(@Nullable String constraint, List<String> child) throws SqlSyntaxException {
        var parent = reader.name();
        if (reader.is("(")) {
            columnNames();
        }
        var deferrable = false;
        var deferred = false;
        while (true) {
            if (reader.accept("ON", "DELETE") || reader.accept("ON", "UPDATE")) {
                if (!reader.accept("SET")) {
                    reader.accept("NO");
                }
                reader.take();
            } else if (reader.accept("ON", "INSERT")) {
                reader.take();
            } else if (reader.accept("MATCH")) {
                reader.name();
            } else if (reader.accept("NOT", "DEFERRABLE")) {
                initially();
                deferrable = false;
                deferred = false;
            } else if (reader.accept("DEFERRABLE")) {
                deferrable = true;
                deferred = initially();
            } else {
                break;
            }
        }
        foreignKeys.add(new TableDdl.ForeignKey(constraint, child, parent, deferrable, deferred));
    }

    private boolean initially() throws SqlSyntaxException {
        if (reader.accept("INITIALLY")) {
            if (reader.accept("DEFERRED")) {
                return true;
            }
            reader.expect("IMMEDIATE");
        }
        return false;
    }
}
