package dev.ferryman.schemachange.internal.target;

import dev.ferryman.schemachange.Answer;
import java.util.Set;

/** Volatility of PostgreSQL's own functions that migrations use, for a review without a target. */
final class BuiltInFunctions {
    private static final Set<String> VOLATILE = Set.of("random", "nextval", "setval", "currval", "lastval",
            "clock_timestamp", "timeofday", "gen_random_uuid", "gen_random_bytes", "uuidv4", "uuidv7",
            "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "pg_sleep", "random_normal", "gen_salt");
    private static final Set<String> STABLE = Set.of("now", "transaction_timestamp", "statement_timestamp",
            "current_setting", "current_database", "current_schema", "current_schemas", "to_char", "to_date",
            "to_timestamp", "pg_backend_pid", "txid_current", "pg_current_xact_id", "unaccent", "concat", "concat_ws",
            "format", "quote_nullable", "to_json", "to_jsonb", "row_to_json");
    /** Immutable for some argument types, stable for others. */
    private static final Set<String> MIXED = Set.of("date_trunc", "date_part", "extract", "age", "timezone",
            "to_tsvector", "date", "timestamptz", "timestamp");
    private static final Set<String> IMMUTABLE = Set.of("lower", "upper", "length", "char_length", "trim", "btrim",
            "ltrim", "rtrim", "md5", "abs", "ceil", "floor", "round", "substring", "substr", "left", "right", "replace",
            "coalesce", "split_part", "position", "strpos", "jsonb_extract_path_text", "jsonb_array_length", "mod",
            "sha256", "encode", "decode", "repeat", "reverse", "lpad", "rpad", "initcap", "array_length",
            "jsonb_build_object", "json_build_object", "make_interval", "make_date", "to_number", "hashtext", "int4",
            "int8", "text", "numeric", "nullif", "greatest", "least", "like_escape", "overlay");

    private BuiltInFunctions() {}

    static Volatility of(String name) {
        if (VOLATILE.contains(name)) {
            return Volatility.VOLATILE;
        }
        if (STABLE.contains(name)) {
            return Volatility.STABLE;
        }
        if (MIXED.contains(name)) {
            return new Volatility(Answer.NO, Answer.DEPENDS);
        }
        return IMMUTABLE.contains(name) ? Volatility.IMMUTABLE : Volatility.UNKNOWN;
    }
}
