package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.TableKey;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the catch-up writes equals what the backfill writes, for every type and conversion a plan can name: one row of
 * each table is copied, the same row is caught up, and PostgreSQL compares them.
 */
class CatchUpValuesTest {
    private static final List<String> TAKEN = List.of(
            "NULL ¦ text ¦ DIRECT",
            "1 ¦ boolean ¦ BOOLEAN",
            "'no' ¦ boolean ¦ BOOLEAN",
            "-32768 ¦ smallint ¦ DIRECT",
            "2147483647 ¦ integer ¦ DIRECT",
            "-9223372036854775808 ¦ bigint ¦ DIRECT",
            "9223372036854775807 ¦ bigint ¦ DIRECT",
            "3.0 ¦ bigint ¦ DIRECT",
            "'-42' ¦ bigint ¦ DECIMAL",
            "0.5 ¦ real ¦ DIRECT",
            "123456789.123 ¦ double precision ¦ DIRECT",
            "9e999 ¦ double precision ¦ DIRECT",
            "-0.0 ¦ double precision ¦ DIRECT",
            "5e-324 ¦ double precision ¦ DIRECT",
            "1e300 ¦ double precision ¦ DIRECT",
            "9007199254740992 ¦ double precision ¦ DIRECT",
            "0.1 ¦ numeric ¦ DIRECT",
            "1e22 ¦ numeric ¦ DIRECT",
            "1.5e-7 ¦ numeric ¦ DIRECT",
            "-9999.99 ¦ numeric ¦ DIRECT",
            "10000 ¦ numeric ¦ DIRECT",
            "9999.9 ¦ numeric ¦ DIRECT",
            "100000000.0001 ¦ numeric ¦ DIRECT",
            "0 ¦ numeric ¦ DIRECT",
            "-9223372036854775808 ¦ numeric ¦ DIRECT",
            "9e999 ¦ numeric ¦ DIRECT",
            "'1.50' ¦ numeric ¦ DECIMAL",
            "'0.00' ¦ numeric ¦ DECIMAL",
            "'-0.000123000' ¦ numeric ¦ DECIMAL",
            "'123456789012345678901234567890.123456789' ¦ numeric ¦ DECIMAL",
            "'1e3' ¦ numeric ¦ DECIMAL",
            "1234.5 ¦ numeric(6,2) ¦ DECIMAL",
            "'plain' ¦ text ¦ DIRECT",
            "'' ¦ text ¦ DIRECT",
            "'żółw 🐢' ¦ text ¦ DIRECT",
            "'żół' ¦ varchar(3) ¦ DIRECT",
            "42 ¦ text ¦ AS_TEXT",
            "2.5 ¦ text ¦ AS_TEXT",
            "3.0 ¦ text ¦ AS_TEXT",
            "1e20 ¦ text ¦ AS_TEXT",
            "1.25e-7 ¦ text ¦ AS_TEXT",
            "0.001 ¦ text ¦ AS_TEXT",
            "0.1 ¦ text ¦ AS_TEXT",
            "-123456.75 ¦ text ¦ AS_TEXT",
            "9e999 ¦ text ¦ AS_TEXT",
            "x'6869' ¦ text ¦ AS_TEXT",
            "'Bob' ¦ citext ¦ DIRECT",
            "x'00ff10' ¦ bytea ¦ DIRECT",
            "x'' ¦ bytea ¦ DIRECT",
            "'a' || char(0) || 'b' ¦ bytea ¦ AS_BYTES",
            "CAST(x'ff' AS TEXT) ¦ bytea ¦ AS_BYTES",
            "'2024-02-29' ¦ date ¦ ISO_TEXT",
            "'1582-10-10' ¦ date ¦ ISO_TEXT",
            "'2024-02-29 00:00:00' ¦ date ¦ ISO_TEXT",
            "1704067200 ¦ date ¦ EPOCH_SECONDS",
            "'23:59:59.123456' ¦ time ¦ ISO_TEXT",
            "'07:30' ¦ time ¦ ISO_TEXT",
            "'2024-01-02 03:04:05' ¦ timestamp ¦ ISO_TEXT",
            "'2024-01-02T03:04:05.120Z' ¦ timestamp(3) ¦ ISO_TEXT",
            "'1969-12-31 23:59:59.5' ¦ timestamp ¦ ISO_TEXT",
            "'2024-01-02T03:04:05+02:00' ¦ timestamptz ¦ ISO_TEXT",
            "'2024-01-02 03:04:05 -0530' ¦ timestamptz ¦ ISO_TEXT",
            "'2024-01-02' ¦ timestamptz ¦ ISO_TEXT",
            "-1 ¦ timestamptz ¦ EPOCH_SECONDS",
            "1700000000.25 ¦ timestamptz ¦ EPOCH_SECONDS",
            "1700000000123 ¦ timestamptz ¦ EPOCH_MILLIS",
            "1700000000123456 ¦ timestamptz ¦ EPOCH_MICROS",
            "1700000000123456000 ¦ timestamptz ¦ EPOCH_NANOS",
            "2460310.5 ¦ timestamp ¦ JULIAN_DAY",
            "julianday('2024-05-06 07:08:09.123') ¦ timestamp ¦ JULIAN_DAY",
            "'{0123456789ABCDEF0123456789abcdef}' ¦ uuid ¦ UUID",
            "x'0123456789abcdef0123456789abcdef' ¦ uuid ¦ UUID",
            "'{\"a\": [1, 2]}' ¦ json ¦ JSON",
            "'{\"b\":1,\"a\":1.50}' ¦ jsonb ¦ JSON",
            "5 ¦ jsonb ¦ JSON",
            "1e20 ¦ jsonb ¦ JSON",
            "'fine' ¦ mood ¦ DIRECT",
            "12.5 ¦ positive ¦ DECIMAL",
            "'10.0.0.0/8' ¦ inet ¦ AS_TEXT",
            "'[\"a\", null, \"c,d\"]' ¦ text[] ¦ JSON",
            "'[]' ¦ text[] ¦ JSON",
            "'[\"x\"]' ¦ varchar(5)[] ¦ JSON",
            "'24:00' ¦ text ¦ DIRECT",
            "86400 ¦ time ¦ EPOCH_SECONDS",
            "-62135596801 ¦ timestamptz ¦ EPOCH_SECONDS",
            "-99999964800 ¦ date ¦ EPOCH_SECONDS",
            "253402300800 ¦ timestamp ¦ EPOCH_SECONDS",
            "'yes' ¦ boolean ¦ AS_TEXT",
            "0.0 ¦ boolean ¦ BOOLEAN",
            "'a' || char(9, 10, 13, 92) || 'N' ¦ text ¦ DIRECT",
            "'\\N' ¦ text ¦ DIRECT",
            "'\\.' ¦ text ¦ DIRECT",
            "' +5' ¦ text ¦ DIRECT",
            "'+5.' ¦ numeric ¦ DECIMAL",
            "'.5e-3' ¦ numeric ¦ DECIMAL",
            "'-0.00' ¦ numeric ¦ DECIMAL",
            "'0e5' ¦ numeric ¦ DECIMAL",
            "123456789012345.678 ¦ text ¦ AS_TEXT",
            "-0.0 ¦ text ¦ AS_TEXT",
            "1e15 ¦ text ¦ AS_TEXT",
            "1e-5 ¦ text ¦ AS_TEXT",
            "12 ¦ bytea ¦ AS_BYTES",
            "1.5 ¦ bytea ¦ AS_BYTES",
            "42 ¦ text ¦ DECIMAL",
            "1.10 ¦ text ¦ DECIMAL",
            "'ab' ¦ char(3) ¦ DIRECT",
            "'2024-01-02 03:04:05 UTC' ¦ timestamptz ¦ ISO_TEXT",
            "'2024-01-02t03:04Z' ¦ timestamp ¦ ISO_TEXT",
            "'[\"\\\\ \\\"q\\\" {x}\", \"NULL\", \"\"]' ¦ text[] ¦ JSON",
            "2440587.5 ¦ timestamptz ¦ JULIAN_DAY",
            "'1700000000.5' ¦ timestamptz ¦ EPOCH_SECONDS");
    private static final List<String> REFUSED = List.of(
            "2 ¦ boolean ¦ BOOLEAN",
            "'perhaps' ¦ boolean ¦ BOOLEAN",
            "32768 ¦ smallint ¦ DIRECT",
            "2147483648 ¦ integer ¦ DIRECT",
            "2.5 ¦ bigint ¦ DIRECT",
            "'abc' ¦ bigint ¦ DIRECT",
            "'9223372036854775808' ¦ bigint ¦ DECIMAL",
            "9.3e18 ¦ bigint ¦ DIRECT",
            "9007199254740993 ¦ double precision ¦ DIRECT",
            "0.1 ¦ real ¦ DIRECT",
            "0.125 ¦ numeric(6,2) ¦ DECIMAL",
            "12345 ¦ numeric(6,2) ¦ DECIMAL",
            "9e999 ¦ numeric(6,2) ¦ DECIMAL",
            "'1,5' ¦ numeric ¦ DECIMAL",
            "42 ¦ text ¦ DIRECT",
            "x'61' ¦ text ¦ DIRECT",
            "'abcd' ¦ varchar(3) ¦ DIRECT",
            "'ab  ' ¦ varchar(3) ¦ DIRECT",
            "'a' || char(0) ¦ text ¦ DIRECT",
            "CAST(x'ff' AS TEXT) ¦ text ¦ DIRECT",
            "'text' ¦ bytea ¦ DIRECT",
            "'2024-02-30' ¦ date ¦ ISO_TEXT",
            "'' ¦ date ¦ ISO_TEXT",
            "'2024-01-01 10:00:00' ¦ date ¦ ISO_TEXT",
            "'25:00' ¦ time ¦ ISO_TEXT",
            "'2024-01-01 10:00:00.1234567' ¦ timestamp ¦ ISO_TEXT",
            "'2024-01-01 10:00:00.1234' ¦ timestamp(3) ¦ ISO_TEXT",
            "1700000000 ¦ timestamp ¦ ISO_TEXT",
            "1700000000123456001 ¦ timestamptz ¦ EPOCH_NANOS",
            "9e18 ¦ timestamptz ¦ EPOCH_SECONDS",
            "'not-a-uuid' ¦ uuid ¦ UUID",
            "'{bad' ¦ jsonb ¦ JSON",
            "x'7b7d' ¦ jsonb ¦ JSON",
            "'angry' ¦ mood ¦ DIRECT",
            "-1 ¦ positive ¦ DECIMAL",
            "'nowhere' ¦ inet ¦ AS_TEXT",
            "'[1]' ¦ text[] ¦ JSON",
            "'{}' ¦ text[] ¦ JSON");

    @TempDir
    Path directory;

    @Test
    void a_caught_up_value_equals_the_copied_one() throws Exception {
        try (Replica replica = tables(TAKEN, true)) {
            for (int i = 0; i < TAKEN.size(); i++) {
                replica.file.run("INSERT INTO v" + i + " SELECT 2, v FROM v" + i);
            }
            replica.catchUpNow();
            for (int i = 0; i < TAKEN.size(); i++) {
                assertThat(
                        replica.database.scalar("SELECT count(*) || ' ' || count(DISTINCT coalesce(v::text, '-')) FROM"
                                + " v" + i))
                        .as(TAKEN.get(i)).isEqualTo("2 1");
            }
        }
    }

    @Test
    void a_value_the_backfill_refuses_is_refused_by_name() throws Exception {
        try (Replica replica = tables(REFUSED, false)) {
            try (CatchUp catchUp = replica.catchUp()) {
                for (int i = 0; i < REFUSED.size(); i++) {
                    String value = REFUSED.get(i).split(" ¦ ")[0];
                    replica.file.run("INSERT INTO v" + i + " VALUES (7, " + value + ")");
                    String table = "Table v" + i;
                    assertThatThrownBy(catchUp::step).as(REFUSED.get(i))
                            .isInstanceOf(ReplicationFailedException.class).hasMessageContaining(table);
                    replica.file.run("DELETE FROM v" + i);
                    assertThat(catchUp.step().complete()).isTrue();
                }
            }
        }
    }

    private Replica tables(List<String> cases, boolean filled) throws Exception {
        List<String> source = new ArrayList<>();
        List<TablePlan> tables = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String[] parts = cases.get(i).split(" ¦ ");
            source.add("CREATE TABLE v" + i + " (id INTEGER PRIMARY KEY, v)");
            if (filled) {
                source.add("INSERT INTO v" + i + " VALUES (1, " + parts[0] + ")");
            }
            tables.add(new TablePlan("v" + i, "public", "v" + i, false, "id", new TableKey(List.of("id"), true),
                    List.of(column("id", PgType.of(PgType.Base.INT8), Conversion.DIRECT),
                            column("v", type(parts[1]), Conversion.valueOf(parts[2]))),
                    "CREATE TABLE v" + i + " (id bigint PRIMARY KEY, v " + parts[1] + ")", List.of(), 1));
        }
        var database = TestPostgres.newest().freshDatabase();
        database.execute("CREATE TYPE mood AS ENUM ('fine', 'gloomy');"
                + " CREATE DOMAIN positive AS numeric(6,2) CHECK (VALUE > 0); CREATE EXTENSION citext");
        return Replica.of(LiveFile.create(directory, source.toArray(String[]::new)),
                new Plan(1, SchemaMode.CREATE, List.of(), tables, List.of(), List.of()), database, directory);
    }

    private static ColumnPlan column(String name, PgType type, Conversion conversion) {
        return new ColumnPlan(name, name, "", type, conversion, false, null, null, false, "test");
    }

    private static PgType type(String declared) {
        return switch (declared) {
            case "smallint" -> PgType.of(PgType.Base.INT2);
            case "integer" -> PgType.of(PgType.Base.INT4);
            case "bigint" -> PgType.of(PgType.Base.INT8);
            case "real" -> PgType.of(PgType.Base.FLOAT4);
            case "double precision" -> PgType.of(PgType.Base.FLOAT8);
            case "numeric(6,2)" -> new PgType(PgType.Base.NUMERIC, 6, 2, null);
            case "varchar(3)" -> new PgType(PgType.Base.VARCHAR, 3, null, null);
            case "char(3)" -> new PgType(PgType.Base.CHAR, 3, null, null);
            case "timestamp(3)" -> new PgType(PgType.Base.TIMESTAMP, null, 3, null);
            case "mood" -> new PgType(PgType.Base.ENUM, null, null, "mood");
            case "positive" -> new PgType(PgType.Base.DOMAIN, null, null, "positive");
            case "inet" -> new PgType(PgType.Base.OTHER, null, null, "inet");
            case "text[]", "varchar(5)[]" -> PgType.of(PgType.Base.TEXT_ARRAY);
            default -> PgType.of(PgType.Base.valueOf(declared.toUpperCase(Locale.ROOT)));
        };
    }
}
