package dev.ferryman.schemachange;

import java.util.Locale;
import java.util.Set;

/** Whose SQL a script is: decides where transactions begin and end when the script does not say so itself. */
public enum Origin {
    /** As written: each statement is a transaction of its own unless the script says BEGIN. */
    PLAIN("plain SQL", false),
    /** {@code alembic upgrade --sql} writes BEGIN and COMMIT itself. */
    ALEMBIC("Alembic --sql", false),
    /** {@code liquibase updateSQL}; each change set is a transaction. */
    LIQUIBASE("Liquibase updateSQL", false),
    /** A versioned Flyway file; one transaction, unless all statements forbid it. */
    FLYWAY("Flyway", true),
    /** {@code manage.py sqlmigrate} writes BEGIN and COMMIT itself. */
    DJANGO("Django sqlmigrate", false),
    /** {@code artisan migrate --pretend}; each migration is a transaction. */
    LARAVEL("Laravel --pretend", true),
    /** A Prisma {@code migration.sql}, sent as one message and so one transaction. */
    PRISMA("Prisma migration.sql", true),
    /** A Knex migration's SQL, in one transaction. */
    KNEX("Knex", true);

    /** How the remarks begin that Django writes over each operation: {@code describe()} of its migrations' operations. */
    private static final Set<String> DJANGO_REMARKS = Set.of("Create model ", "Delete model ", "Rename model ",
            "Add field ", "Alter field ", "Remove field ", "Rename field ", "Alter unique_together for ",
            "Alter index_together for ", "Rename table for ", "Create constraint ", "Remove constraint ",
            "Raw SQL operation", "Raw Python operation", "Concurrently create index ", "Concurrently remove index ");
    /** The remarks that Prisma's schema engine writes over each step. */
    private static final Set<String> PRISMA_REMARKS = Set.of("CreateTable", "AlterTable", "DropTable", "RenameTable",
            "CreateIndex", "DropIndex", "RenameIndex", "AddForeignKey", "DropForeignKey", "RenameForeignKey",
            "CreateEnum", "AlterEnum", "DropEnum", "CreateSchema", "CreateExtension", "AlterSequence");

    private final String title;
    private final boolean wraps;

    Origin(String title, boolean wraps) {
        this.title = title;
        this.wraps = wraps;
    }

    /** Name for people. */
    public String title() {
        return title;
    }

    /** The name in lower case, as options and JSON write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the tool runs what the script has in one transaction, though the script does not say so. */
    public boolean wraps() {
        return wraps;
    }

    /**
     * What a script is likely to be, by its name and by the remarks that tools write; plain SQL where nothing speaks for a
     * tool. Knex leaves no trace and has to be named.
     *
     * @param name file name, with or without directories
     * @param text the script
     */
    public static Origin detect(String name, String text) {
        String file = name.substring(name.replace('\\', '/').lastIndexOf('/') + 1);
        if (isFlyway(file)) {
            return FLYWAY;
        }
        return text.lines().map(String::strip).map(Origin::ofLine).filter(origin -> origin != PLAIN).findFirst()
                .orElse(PLAIN);
    }

    private static boolean isFlyway(String file) {
        boolean versioned = file.startsWith("R__") || (file.startsWith("V") || file.startsWith("U"))
                && file.length() > 1 && Character.isDigit(file.charAt(1)) && file.contains("__");
        return versioned && file.endsWith(".sql");
    }

    private static Origin ofLine(String line) {
        if (line.startsWith("⇂ ")) {
            return LARAVEL;
        }
        if (!line.startsWith("-- ")) {
            return PLAIN;
        }
        String remark = line.substring(3);
        if (remark.startsWith("Running upgrade ") || remark.startsWith("Running downgrade ")) {
            return ALEMBIC;
        }
        if (remark.startsWith("Changeset ") || remark.startsWith("Update Database Script")) {
            return LIQUIBASE;
        }
        if (DJANGO_REMARKS.stream().anyMatch(remark::startsWith)) {
            return DJANGO;
        }
        return PRISMA_REMARKS.contains(remark) ? PRISMA : PLAIN;
    }
}
