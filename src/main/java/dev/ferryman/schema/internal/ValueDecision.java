package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides about values of one column that the type it is to have does not hold as they are. */
final class ValueDecision {
    private static final int EXAMPLES = 5;

    private final TableDraft draft;
    private final long maxValueBytes;
    private final Decisions decisions;
    private final Findings findings;

    ValueDecision(TableDraft draft, long maxValueBytes, Decisions decisions, Findings findings) {
        this.draft = draft;
        this.maxValueBytes = maxValueBytes;
        this.decisions = decisions;
        this.findings = findings;
    }

    /**
     * A type that holds every value, for where the wanted one does not.
     *
     * @param findings what has to be said of it; the first of them names the misfit
     */
    record Widened(TypeChoice choice, String description, Findings findings) {
        private Finding misfit() {
            return findings.all().getFirst();
        }
    }

    /**
     * What the place of a column allows.
     *
     * @param otherForm whether different values may become equal by a change of form
     * @param newNulls whether values may become NULL
     * @param absence whether the column may stay behind
     */
    record Allowed(boolean otherForm, boolean newNulls, boolean absence) {}

    /** What was decided. */
    record Outcome(TypeChoice choice, boolean emptyAsNull, boolean skipped) {}

    /** A column's values under the wanted type. */
    private final class Attempt {
        private final Findings said = new Findings();
        private final Conversion conversion;
        private final List<ColumnFit.Misfit> misfits;

        Attempt(ColumnProfile profile, TargetColumn wanted) {
            var fit = new ColumnFit(draft.source.name(), profile, wanted, said);
            conversion = fit.conversion();
            misfits = fit.misfits();
        }

        boolean fits() {
            return misfits.isEmpty();
        }

        String warnings() {
            return said.all().stream().map(Finding::message).collect(Collectors.joining(" "));
        }

        long count() {
            return misfits.stream().anyMatch(misfit -> misfit.count() == 0)
                    ? 0
                    : misfits.stream().mapToLong(ColumnFit.Misfit::count).sum();
        }

        List<String> exampleKeys() {
            return misfits.stream().flatMap(misfit -> misfit.exampleKeys().stream()).distinct().limit(EXAMPLES)
                    .toList();
        }

        String wanted() {
            return misfits.stream().map(ColumnFit.Misfit::wanted).distinct().collect(Collectors.joining("; "));
        }
    }

    /**
     * Takes the decision, where there is one to take.
     *
     * @param wanted the column as it is to be
     * @param widened what it becomes otherwise, null where it can be nothing else
     * @param whose how messages begin: "The target's column age is"
     */
    Outcome decide(String column, TargetColumn wanted, @Nullable Widened widened, Allowed allowed, String whose,
            String why) {
        var profile = draft.profile.column(column);
        var type = PgTypes.sql(wanted.type());
        var exact = new Attempt(profile, wanted);
        var oversized = profile.maxBytes() > maxValueBytes;
        if (!oversized && exact.fits() && widened == null) {
            findings.addAll(exact.said);
            return new Outcome(new TypeChoice(wanted.type(), exact.conversion, why), false, false);
        }
        var converted = oversized ? null : converted(profile, exact, wanted, allowed);
        var options = options(profile, exact, converted, widened, oversized, allowed, type);
        var choice = decisions.decide(oversized
                ? new Decisions.Question(Decision.Kind.VALUES, draft.source.name(), column, null, "value-too-large",
                        "The largest value has " + profile.maxBytes() + " bytes; values up to " + maxValueBytes
                                + " are copied.",
                        Math.max(1, profile.count(Trait.OVERSIZED)), profile.examplesOf(Trait.OVERSIZED), options,
                        Choice.FAIL)
                : question(column, exact, widened, options, whose, type));
        return switch (choice) {
            case WIDEN -> {
                if (widened == null) {
                    throw new IllegalStateException("widening was not offered");
                }
                findings.addAll(widened.findings);
                yield new Outcome(widened.choice, false, false);
            }
            case CONVERT -> {
                if (converted == null) {
                    throw new IllegalStateException("a conversion was not offered");
                }
                findings.addAll(converted.said);
                var emptied = converted != exact;
                if (emptied) {
                    findings.add(Severity.WARNING, draft.source.name(), column, "empty-as-null",
                            "Empty texts become NULL, as chosen.", profile.count(Trait.TEXT_EMPTY),
                            profile.examplesOf(Trait.TEXT_EMPTY));
                }
                yield new Outcome(new TypeChoice(wanted.type(), converted.conversion, "Converted as chosen."),
                        emptied, false);
            }
            case QUARANTINE -> {
                findings.addAll(exact.said);
                findings.add(Severity.WARNING, draft.source.name(), column, "values-to-quarantine",
                        "Rows whose value is none that " + type + " holds go to ferryman.quarantine, as chosen.",
                        exact.count(), exact.exampleKeys());
                draft.quarantine.add(QuarantineRule.values(column, type + " takes " + exact.wanted(),
                        accepted(wanted, exact, profile)));
                yield new Outcome(new TypeChoice(wanted.type(), exact.conversion,
                        "Rows that do not fit go to quarantine."), false, false);
            }
            case SKIP -> {
                findings.add(Severity.WARNING, draft.source.name(), column, "column-left-out",
                        "The column stays behind, as chosen.", profile.values(), List.of());
                yield new Outcome(new TypeChoice(wanted.type(), exact.conversion, ""), false, true);
            }
            case FAIL, REPLACE -> {
                yield new Outcome(widened == null
                        ? new TypeChoice(wanted.type(), exact.conversion, why)
                        : widened.choice, false, false);
            }
        };
    }

    private static List<String> accepted(TargetColumn wanted, Attempt exact, ColumnProfile profile) {
        if (exact.conversion != Conversion.ISO_TEXT) {
            return wanted.labels();
        }
        return switch (wanted.type().base()) {
            case DATE -> List.of("DATE");
            case TIME -> List.of("TIME");
            case TIMESTAMPTZ -> List.of("DATE", "TIMESTAMP", "TIMESTAMPTZ");
            // Moments with and without a zone do not mix; where both are there, those without one are what the type is for.
            default -> profile.has(Trait.TEXT_DATE) || profile.has(Trait.TEXT_TIMESTAMP)
                    ? List.of("DATE", "TIMESTAMP")
                    : List.of("TIMESTAMPTZ");
        };
    }

    /** How every value fits with a change of form, null where none does. */
    private @Nullable Attempt converted(ColumnProfile profile, Attempt exact, TargetColumn wanted, Allowed allowed) {
        if (exact.fits()) {
            return allowed.otherForm ? exact : null;
        }
        if (allowed.newNulls && profile.has(Trait.TEXT_EMPTY)) {
            var emptied = new Attempt(profile.withoutEmptyTexts(), wanted);
            return emptied.fits() ? emptied : null;
        }
        return null;
    }

    private List<Option> options(ColumnProfile profile, Attempt exact, @Nullable Attempt converted,
            @Nullable Widened widened, boolean oversized, Allowed allowed, String type) {
        var options = new ArrayList<Option>();
        if (!oversized) {
            if (widened != null) {
                options.add(new Option(Choice.WIDEN, "the column becomes " + widened.description));
            }
            if (converted != null) {
                options.add(new Option(Choice.CONVERT, "the column is " + type + "; " + (converted == exact
                        ? "values take its form. " + converted.warnings()
                        : "empty texts become NULL. " + converted.warnings()).strip()));
            }
            if (!exact.fits() && exact.count() < profile.values() && draft.quarantinable()) {
                options.add(new Option(Choice.QUARANTINE, "the column is " + type
                        + "; rows with another value go to quarantine, and with them the rows that refer to them"));
            }
        }
        if (allowed.absence) {
            options.add(new Option(Choice.SKIP, "the column stays behind with all its values"));
        }
        options.add(new Option(Choice.FAIL, "the copy is refused until the data or this choice changes"));
        return options.stream()
                .filter(option -> option.choice() != Choice.QUARANTINE || isDecidable(exact)).toList();
    }

    /** Whether it can be told from a value alone, without asking PostgreSQL, that it fits. */
    private static boolean isDecidable(Attempt exact) {
        return exact.misfits.stream().noneMatch(misfit -> misfit.wanted().equals(ColumnFit.UNKNOWN_TYPE));
    }

    private Decisions.Question question(String column, Attempt exact, @Nullable Widened widened, List<Option> options,
            String whose, String type) {
        var offered = options.stream().map(Option::choice).toList();
        if (widened == null) {
            var recommended = offered.contains(Choice.CONVERT)
                    ? Choice.CONVERT
                    : offered.contains(Choice.QUARANTINE) ? Choice.QUARANTINE : Choice.FAIL;
            return new Decisions.Question(Decision.Kind.VALUES, draft.source.name(), column, null,
                    "value-does-not-fit", message(exact, whose, type), exact.count(), exact.exampleKeys(), options,
                    recommended);
        }
        var misfit = widened.misfit();
        var count = exact.fits() ? misfit.count() : exact.count();
        return new Decisions.Question(Decision.Kind.VALUES, draft.source.name(), column, null, misfit.code(),
                message(exact, whose, type), count, exact.fits() ? misfit.exampleKeys() : exact.exampleKeys(), options,
                Choice.WIDEN);
    }

    private static String message(Attempt exact, String whose, String type) {
        return exact.fits()
                ? whose + " " + type + ", and its values would have to change their form for it."
                : whose + " " + type + " and takes " + exact.wanted() + "; the source holds other values too.";
    }
}
