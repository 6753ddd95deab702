package dev.ferryman.schema.internal;

import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import java.util.Locale;

/** Names what of a source has no place in the plan: virtual and shadow tables, views, triggers. Nothing goes silently. */
final class LeftOut {
    private LeftOut() {}

    static void report(SourceSchema source, Findings findings) {
        for (var table : source.tables()) {
            switch (table.kind()) {
                case VIRTUAL -> virtual(source, table, findings);
                case SHADOW -> findings.info(table.name(), null, "shadow-table",
                        "Belongs to a virtual table and is left out with it.");
                case ORDINARY -> {
                    if (table.unread() != null) {
                        findings.warning(table.name(), null, "ddl-not-read",
                                "The CREATE TABLE statement could not be read in full (" + table.unread()
                                        + "): CHECKs, collations and generated columns of this table are not carried over.");
                    }
                }
            }
        }
        for (var trigger : source.triggers()) {
            findings.left(trigger.table(), "trigger-left-out",
                    "The trigger " + trigger.name() + " is not created in the target.", trigger.sql());
        }
    }

    private static void virtual(SourceSchema source, SourceTable table, Findings findings) {
        var module = module(table.sql());
        var instead = switch (module) {
            case "fts3", "fts4", "fts5" -> " For full-text search, add a tsvector column with a GIN index.";
            case "rtree", "rtree_i32", "geopoly" -> " For ranges or boxes, add a GiST index over range or box columns.";
            default -> "";
        };
        findings.warning(table.name(), null, "virtual-table",
                "A virtual table of the module " + module + ": it is left out." + instead);
        for (var other : source.tables()) {
            if (other.kind() == SourceTable.Kind.ORDINARY
                    && other.name().toLowerCase(Locale.ROOT).startsWith(table.name().toLowerCase(Locale.ROOT) + "_")
                    && !module.startsWith("fts") && !module.startsWith("rtree")) {
                findings.warning(other.name(), null, "possible-shadow-table",
                        "By its name this may be part of the virtual table " + table.name() + ", whose module " + module
                                + " is unknown here: it is copied as a table of its own.");
            }
        }
    }

    private static String module(String sql) {
        try {
            var reader = new TokenReader(sql);
            while (!reader.atEnd()) {
                if (reader.accept("USING")) {
                    return reader.name().toLowerCase(Locale.ROOT);
                }
                reader.take();
            }
        } catch (SqlSyntaxException _) {
            // SQLite accepted it, so it has a module; its name is only needed for the message.
        }
        return "(unknown)";
    }
}
