package dev.ferryman.schema.internal;

import dev.ferryman.schema.QuarantineRule;
import java.util.Map;

/**
 * Follows quarantined rows along the foreign keys that hold for every row of the target: who refers to a row that is not
 * there cannot be there either, so children go to quarantine with their parents.
 */
final class Cascade {
    private final Map<String, TableDraft> drafts;
    private final Findings findings;

    Cascade(Map<String, TableDraft> drafts, Findings findings) {
        this.drafts = drafts;
        this.findings = findings;
    }

    void run() {
        var more = true;
        while (more) {
            more = false;
            for (var child : drafts.values()) {
                for (var key : child.enforced) {
                    var parent = drafts.get(key.parent());
                    if (parent != null && !parent.quarantine.isEmpty()) {
                        more |= follow(child, key);
                    }
                }
            }
        }
    }

    private boolean follow(TableDraft child, TableDraft.EnforcedKey key) {
        var rule = QuarantineRule.orphans(key.columns(), key.parent(), key.parentColumns());
        if (child.quarantine.contains(rule)) {
            return false;
        }
        child.quarantine.add(rule);
        var where = "(" + String.join(", ", key.columns()) + ") REFERENCES " + key.parent();
        if (child.quarantinable()) {
            findings.warning(child.source.name(), null, "children-to-quarantine",
                    "Rows that refer by " + where + " to rows in quarantine go there too.");
        } else {
            findings.blocker(child.source.name(), null, "children-not-quarantinable", "Rows that refer by " + where
                    + " to rows in quarantine would have to go there too, but this table's rows are too large or have no"
                    + " name of their own: choose otherwise for " + key.parent() + ".");
        }
        return true;
    }
}
