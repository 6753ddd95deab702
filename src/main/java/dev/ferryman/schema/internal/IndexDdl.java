package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only the text of a CREATE INDEX tells.
 *
 * @param parts SQL of each indexed expression, in order, collation and sort order taken off
 * @param where SQL of a partial index's condition, null where it is not partial
 */
record IndexDdl(List<String> parts, @Nullable String where) {

    static IndexDdl parse(String sql) throws SqlSyntaxException {
        var reader = new TokenReader(sql);
        reader.expect("CREATE");
        reader.accept("UNIQUE");
        reader.expect("INDEX");
        reader.accept("IF", "NOT", "EXISTS");
        reader.name();
        if (reader.accept(".")) {
            reader.name();
        }
        reader.expect("ON");
        reader.name();
        reader.expect("(");
        var parts = new ArrayList<String>();
        do {
            parts.add(part(reader));
        } while (reader.accept(","));
        reader.expect(")");
        String where = null;
        if (reader.accept("WHERE")) {
            var start = reader.start();
            while (!reader.atEnd()) {
                reader.take();
            }
            where = reader.since(start);
        }
        return new IndexDdl(List.copyOf(parts), where);
    }

    private static String part(TokenReader reader) throws SqlSyntaxException {
        var start = reader.start();
        var sql = "";
        while (!reader.is(",") && !reader.is(")")) {
            if (reader.accept("COLLATE")) {
                reader.name();
            } else if (reader.is("ASC") || reader.is("DESC")) {
                reader.take();
            } else if (reader.is("(")) {
                reader.skipGroup();
                sql = reader.since(start);
            } else if (reader.atEnd()) {
                throw reader.unexpected(")");
            } else {
                reader.take();
                sql = reader.since(start);
            }
        }
        return sql;
    }
}
