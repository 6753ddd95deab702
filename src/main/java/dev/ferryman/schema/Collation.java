package dev.ferryman.schema;

import java.util.Locale;

/** A collation that a person may choose for a column that SQLite compares under {@code NOCASE}. */
public enum Collation {
    /**
     * ICU's root collation at its second level: values that differ in case only are the same, in letters of every script,
     * where NOCASE knows those of ASCII only. Accents count. It is not deterministic, so that {@code =} and UNIQUE follow it.
     */
    ICU("nocase", "und-u-ks-level2");

    private final String target;
    private final String locale;

    Collation(String target, String locale) {
        this.target = target;
        this.locale = locale;
    }

    /** As it is written in a plan file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its name in the target, unquoted; it is in the schema of the table. */
    public String target() {
        return target;
    }

    /** ICU's name of the locale. */
    public String locale() {
        return locale;
    }

    /** SQL that creates it in a schema, where it is not there already. */
    public String createSql(String schema) {
        return "CREATE COLLATION IF NOT EXISTS " + SqlNames.quote(schema, target) + " (provider = icu, locale = "
                + SqlNames.literal(locale) + ", deterministic = false)";
    }
}
