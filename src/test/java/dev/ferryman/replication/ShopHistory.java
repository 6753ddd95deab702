package dev.ferryman.replication;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Random writes of an application to a shop's tables: keys of every shape, cascades, triggers of its own, unique values that
 * differ in case only, and few enough values that rows collide all the time.
 */
final class ShopHistory {
    static final String[] SCHEMA = {"PRAGMA synchronous = 0",
            "CREATE TABLE customer (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL COLLATE NOCASE UNIQUE,"
                    + " score INTEGER NOT NULL DEFAULT 0, at DATETIME, picture BLOB)",
            "CREATE TABLE product (code TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, stock INTEGER NOT NULL DEFAULT 0)",
            "CREATE UNIQUE INDEX product_on_sale ON product(name COLLATE NOCASE) WHERE stock > 0",
            "CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer(id) ON DELETE"
                    + " CASCADE ON UPDATE CASCADE, code TEXT REFERENCES product(code) ON DELETE SET NULL ON UPDATE CASCADE,"
                    + " amount REAL)",
            "CREATE TABLE tag (name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, n INTEGER)",
            "CREATE TABLE seat (line TEXT NOT NULL, number INTEGER NOT NULL, holder TEXT UNIQUE,"
                    + " PRIMARY KEY (line, number))",
            "CREATE TABLE shelf (room TEXT NOT NULL, place INTEGER NOT NULL, what TEXT, PRIMARY KEY (room, place))"
                    + " WITHOUT ROWID",
            "CREATE TABLE note (line TEXT)", "CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT, who INTEGER)",
            "CREATE TRIGGER scored AFTER UPDATE OF score ON customer BEGIN INSERT INTO audit(what, who) VALUES ('score',"
                    + " new.id); END",
            "CREATE TRIGGER bought AFTER INSERT ON purchase BEGIN UPDATE customer SET score = score + 1 WHERE id ="
                    + " new.customer; INSERT INTO tag VALUES ('bought', 1) ON CONFLICT(name) DO UPDATE SET n = n + 1; END",
            "CREATE TRIGGER returned AFTER DELETE ON purchase BEGIN UPDATE product SET stock = stock + 1 WHERE code ="
                    + " old.code AND stock > 0; REPLACE INTO shelf VALUES ('back', old.id % 7, old.code); END",
            "CREATE TRIGGER left BEFORE DELETE ON customer BEGIN DELETE FROM tag WHERE name = old.email; END",
            "INSERT INTO customer VALUES (1, 'a', 1, '2024-01-02 03:04:05', x'00ff'), (2, 'B', 2, NULL, NULL)",
            "INSERT INTO product VALUES ('p1', 'a', 1), ('p2', 'A', 0)",
            "INSERT INTO purchase VALUES (1, 1, 'p1', 1.5)",
            "INSERT INTO seat VALUES ('x', 1, 'a')", "INSERT INTO shelf VALUES ('x', 1, 'y')",
            "INSERT INTO note VALUES ('n')"};

    static final String POSTGRES_TRIGGERS = """
                                            CREATE FUNCTION scored() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                                            INSERT INTO audit(what, who) VALUES ('score', new.id); RETURN NULL; END $$;
                                            CREATE TRIGGER scored AFTER UPDATE OF score ON customer FOR EACH ROW
                                            EXECUTE FUNCTION scored();
                                            CREATE FUNCTION returned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                                            UPDATE product SET stock = stock + 1 WHERE code = old.code AND stock > 0;
                                            INSERT INTO shelf VALUES ('back', old.id % 7, old.code) ON CONFLICT (room, place)
                                            DO UPDATE SET what = old.code; RETURN NULL; END $$;
                                            CREATE TRIGGER returned AFTER DELETE ON purchase FOR EACH ROW
                                            EXECUTE FUNCTION returned()""";

    /** What SQLite and PostgreSQL have in every table, as equal lines; by the query for SQLite. */
    static final Map<String, String> ROWS = List.of(
            List.of("id || ' ' || email || ' ' || score || ' ' || coalesce(at, '-') || ' ' || coalesce(nullif(hex(picture), ''), '-')"
                    + " FROM customer",
                    "id || ' ' || email || ' ' || score || ' ' || coalesce(at::text, '-') || ' ' ||"
                            + " coalesce(upper(encode(picture, 'hex')), '-') FROM customer"),
            List.of("code || ' ' || name || ' ' || stock FROM product"),
            List.of("id || ' ' || customer || ' ' || coalesce(code, '-') || ' ' || coalesce(cast(amount * 4 AS INTEGER), '-')"
                    + " FROM purchase",
                    "id || ' ' || customer || ' ' || coalesce(code, '-') || ' ' || coalesce((amount * 4)::bigint::text, '-')"
                            + " FROM purchase"),
            List.of("name || ' ' || coalesce(n, -1) FROM tag"),
            List.of("line || ' ' || number || ' ' || coalesce(holder, '-') FROM seat"),
            List.of("room || ' ' || place || ' ' || coalesce(what, '-') FROM shelf"),
            List.of("coalesce(line, '-') FROM note"),
            List.of("id || ' ' || coalesce(what, '-') || ' ' || coalesce(who, 0) FROM audit")).stream()
            .collect(Collectors.toMap(both -> "SELECT " + both.getFirst() + " ORDER BY 1",
                    both -> "SELECT " + both.getLast()));

    /** How many kinds of writes there are for SQLite. */
    static final int SQLITE_KINDS = 15;
    /** How many kinds of writes there are for PostgreSQL. */
    static final int POSTGRES_KINDS = 15;

    private ShopHistory() {}

    /**
     * A write that an application might try.
     *
     * @param kind one of the kinds
     * @param sql one statement
     */
    record Write(String kind, String sql) {}

    static Write toSqlite(Random random) {
        String or = List.of("", "", " OR REPLACE", " OR IGNORE", " OR FAIL").get(random.nextInt(5));
        int id = id(random);
        return switch (random.nextInt(SQLITE_KINDS)) {
            case 0 -> new Write("insert", random.nextInt(4) == 0
                    ? "INSERT" + or + " INTO customer(email) VALUES (" + text(random) + ")"
                    : "INSERT" + or + " INTO customer VALUES (" + id + ", " + text(random) + ", " + id + ", datetime("
                            + 1_700_000_000L + " + " + random.nextInt(1_000_000) + ", 'unixepoch'), x'0" + id % 10
                            + "')");
            case 1 -> new Write("replace", "REPLACE INTO customer(id, email, score) VALUES (" + id + ", " + text(random)
                    + ", " + id + ")");
            case 2 -> new Write("upsert", "INSERT INTO customer(email) VALUES (" + text(random) + ") ON CONFLICT(email)"
                    + " DO UPDATE SET score = score + 1, email = excluded.email");
            case 3 -> new Write("unique value", "UPDATE" + or + " customer SET email = " + text(random) + " WHERE id = "
                    + id);
            case 4 -> new Write("key change with cascade", "UPDATE OR REPLACE customer SET id = " + id(random)
                    + " WHERE id = " + id);
            case 5 -> new Write("delete with cascade", "DELETE FROM customer WHERE id = " + id);
            case 6 -> new Write("child", "INSERT" + or + " INTO purchase(id, customer, code, amount) SELECT "
                    + (random.nextBoolean() ? "NULL" : id) + ", id, (SELECT max(code) FROM product WHERE code < 'p"
                    + random.nextInt(10) + "'), " + random.nextInt(40) / 4.0 + " FROM customer WHERE id >= " + id
                    + " LIMIT 1");
            case 7 -> new Write("text key", random.nextBoolean()
                    ? "INSERT" + or + " INTO product VALUES ('p" + random.nextInt(10) + "', " + text(random) + ", "
                            + random.nextInt(3) + ")"
                    : "UPDATE" + or + " product SET code = 'p" + random.nextInt(10) + "', stock = "
                            + random.nextInt(3) + " WHERE code = 'p" + random.nextInt(10) + "'");
            case 8 -> new Write("key without case", switch (random.nextInt(4)) {
                case 0 -> "UPDATE" + or + " tag SET name = CASE name WHEN upper(name) THEN lower(name) ELSE upper(name)"
                        + " END WHERE n >= " + random.nextInt(9);
                case 1 -> "UPDATE" + or + " tag SET name = " + text(random) + " WHERE name = " + text(random);
                case 2 -> "DELETE FROM tag WHERE name = " + text(random);
                default -> "INSERT" + or + " INTO tag VALUES (" + text(random) + ", " + random.nextInt(9) + ")";
            });
            case 9 -> new Write("composite key", composite(random, "INSERT" + or, "UPDATE" + or, "seat", "line",
                    "number", "holder"));
            case 10 -> new Write("without rowid", composite(random, "INSERT" + or, "UPDATE" + or, "shelf", "room",
                    "place", "what"));
            case 11 -> new Write("all keys at once", "UPDATE OR REPLACE seat SET number = number + "
                    + (random.nextInt(3) - 1) + " WHERE line = " + text(random));
            case 12 -> new Write("no key", noKey(random));
            case 13 -> new Write("delete of a child", "DELETE FROM purchase WHERE id = " + id);
            default -> new Write("range", "DELETE FROM audit WHERE id % 5 = " + random.nextInt(5));
        };
    }

    static Write toPostgres(Random random) {
        int id = id(random);
        return switch (random.nextInt(POSTGRES_KINDS + 1)) {
            case 0, 1 -> new Write("insert", random.nextInt(3) > 0
                    ? "INSERT INTO customer(email) VALUES (" + text(random) + ")"
                    : "INSERT INTO customer VALUES (" + id + ", " + text(random) + ", " + id + ", timestamp"
                            + " '2025-01-01 00:00:00' + interval '1 s' * " + random.nextInt(1_000_000) + ", '\\x0"
                            + id % 10 + "')");
            case 2 -> new Write("unique values change places", "UPDATE product SET name = CASE code WHEN 'p1' THEN "
                    + text(random) + " ELSE 'p1' END, stock = " + random.nextInt(2) + " WHERE code IN ('p1', 'p"
                    + random.nextInt(10) + "')");
            case 3 -> new Write("upsert", "INSERT INTO seat VALUES (" + text(random) + ", " + random.nextInt(4) + ", "
                    + text(random) + ") ON CONFLICT (line, number) DO UPDATE SET holder = excluded.holder");
            case 4 -> new Write("unique value", "UPDATE customer SET email = " + text(random) + ", score = score + 1,"
                    + " at = at + interval '1 day' WHERE id = (SELECT min(id) FROM customer WHERE id >= " + id + ")");
            case 5 -> new Write("key change with cascade", "UPDATE customer SET id = " + id(random)
                    + " WHERE id = (SELECT min(id) FROM customer WHERE id >= " + id + ")");
            case 6 -> new Write("delete with cascade", "DELETE FROM customer WHERE id = " + id);
            case 7 -> new Write("child", (random.nextBoolean()
                    ? "INSERT INTO purchase(customer, code, amount) SELECT id"
                    : "INSERT INTO purchase(id, customer, code, amount) SELECT " + id + ", id")
                    + ", (SELECT max(code) FROM product WHERE code < 'p" + random.nextInt(10) + "'), "
                    + random.nextInt(40) / 4.0 + " FROM customer WHERE id >= " + id + " LIMIT 1");
            case 8 -> new Write("text key", random.nextBoolean()
                    ? "INSERT INTO product VALUES ('p" + random.nextInt(10) + "', " + text(random) + ", "
                            + random.nextInt(3) + ") ON CONFLICT (code) DO UPDATE SET name = excluded.name"
                    : "UPDATE product SET code = 'p" + random.nextInt(10) + "' WHERE code = 'p" + random.nextInt(10)
                            + "'");
            case 9 -> new Write("key without case", switch (random.nextInt(4)) {
                case 0 -> "UPDATE tag SET name = CASE name WHEN upper(name) THEN lower(name) ELSE upper(name) END"
                        + " WHERE n >= " + random.nextInt(9);
                case 1 -> "UPDATE tag SET name = " + text(random) + " WHERE lower(name) = lower(" + text(random) + ")";
                case 2 -> "DELETE FROM tag WHERE lower(name) = lower(" + text(random) + ")";
                default -> "INSERT INTO tag VALUES (" + text(random) + ", " + random.nextInt(9) + ")";
            });
            case 10 -> new Write("composite key", composite(random, "INSERT", "UPDATE", "seat", "line", "number",
                    "holder"));
            case 11 -> new Write("without rowid", composite(random, "INSERT", "UPDATE", "shelf", "room", "place",
                    "what"));
            case 12 -> new Write("deleted and written anew", "WITH gone AS (DELETE FROM purchase WHERE id = " + id
                    + " RETURNING *) INSERT INTO purchase SELECT id + 100, customer, code, amount FROM gone");
            case 13 -> new Write("no key", noKey(random));
            case 14 -> new Write("delete of a child", "DELETE FROM purchase WHERE id % 50 = " + id);
            default -> new Write("truncate", "TRUNCATE "
                    + List.of("tag", "seat", "shelf", "note", "audit", "purchase", "customer CASCADE, tag")
                            .get(random.nextInt(7)));
        };
    }

    private static String composite(Random random, String insert, String update, String table, String one, String two,
            String value) {
        String key = one + " = " + text(random) + " AND " + two + " = " + random.nextInt(4);
        return switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM " + table + " WHERE " + key;
            case 1 -> update + " " + table + " SET " + one + " = " + text(random) + ", " + two + " = "
                    + random.nextInt(4) + " WHERE " + key;
            case 2 -> update + " " + table + " SET " + value + " = " + text(random) + " WHERE " + key;
            default -> insert + " INTO " + table + " VALUES (" + text(random) + ", " + random.nextInt(4) + ", "
                    + text(random) + ")";
        };
    }

    private static String noKey(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM note WHERE line = " + text(random);
            case 1 -> "UPDATE note SET line = " + text(random) + " WHERE line = " + text(random);
            default -> "INSERT INTO note VALUES (" + text(random) + ")";
        };
    }

    private static int id(Random random) {
        return 1 + random.nextInt(40);
    }

    private static String text(Random random) {
        char letter = (char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(12));
        return "'" + letter + "'";
    }
}
