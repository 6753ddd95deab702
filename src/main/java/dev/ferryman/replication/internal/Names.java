package dev.ferryman.replication.internal;

import dev.ferryman.schema.SqlNames;
import java.util.ArrayList;
import java.util.List;

/** Names of Ferryman's objects in the source. All begin alike, so that they can be found and removed. */
final class Names {
    static final String PREFIX = "_ferryman_";
    static final String STATE = PREFIX + "state";
    static final String TABLE = PREFIX + "table";
    static final String SCHEMA = PREFIX + "schema";
    static final String TOKEN = PREFIX + "token";
    static final String ASIDE = PREFIX + "aside";

    private Names() {}

    static String change(int number) {
        return PREFIX + "change_" + number;
    }

    static String trigger(int number, String role) {
        return PREFIX + number + "_" + role;
    }

    static String fence(String role, int position) {
        return PREFIX + "fence_" + position + "_" + role;
    }

    /** Names of a change table's key columns: {@code k1, k2, …}. */
    static List<String> keys(int columns) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
            names.add("k" + i);
        }
        return names;
    }

    static String quote(String name) {
        return SqlNames.quoteSqlite(name);
    }

    static List<String> quoteAll(List<String> names) {
        return names.stream().map(SqlNames::quoteSqlite).toList();
    }
}
