package dev.ferryman.schemachange.internal.target;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a relation at one point of the script: the target's catalog first, then what earlier statements have
 * done to it.
 */
public final class KnownTable {
    private final String name;
    private final Map<String, KnownColumn> columns = new LinkedHashMap<>();
    private final List<KnownIndex> indexes = new ArrayList<>();
    private final List<KnownConstraint> constraints = new ArrayList<>();
    private final List<Dependent> dependents = new ArrayList<>();
    private final List<String> children = new ArrayList<>();
    private final List<String> referrers = new ArrayList<>();
    private @Nullable TableSize size;
    private TableUse use = TableUse.NONE;
    private char kind = 'r';
    private boolean created;
    private @Nullable String defaultPartition;

    /** @param name with its schema, unless that is the default one */
    public KnownTable(String name) {
        this.name = name;
    }

    /** Name for people and SQL, quoted where needed. */
    public String name() {
        return name;
    }

    /** {@code pg_class.relkind}. */
    public char kind() {
        return kind;
    }

    /** Whether the script itself has created it, so that nobody uses it and it holds what the script put there. */
    public boolean created() {
        return created;
    }

    /** Whether the target has shown it. */
    public boolean known() {
        return size != null;
    }

    /** Its rows and bytes, where the target has shown it. */
    public Optional<TableSize> size() {
        return Optional.ofNullable(size);
    }

    /** How much it is used. */
    public TableUse use() {
        return use;
    }

    /** A column, where it is known. */
    public Optional<KnownColumn> column(String column) {
        return Optional.ofNullable(columns.get(column));
    }

    /** Its columns by name, to be changed as the script changes them. */
    public Map<String, KnownColumn> columns() {
        return columns;
    }

    /** Its indexes, to be changed as the script changes them. */
    public List<KnownIndex> indexes() {
        return indexes;
    }

    /** Its constraints, to be changed as the script changes them. */
    public List<KnownConstraint> constraints() {
        return constraints;
    }

    /** What needs it or a column of it. */
    public List<Dependent> dependents() {
        return dependents;
    }

    /** Partitions, or tables that inherit from it. */
    public List<String> children() {
        return children;
    }

    /** The partition that takes what fits no other, where there is one. */
    public Optional<String> defaultPartition() {
        return Optional.ofNullable(defaultPartition);
    }

    void defaultPartition(String partition) {
        defaultPartition = partition;
    }

    /** Tables with a foreign key to this one. */
    public List<String> referrers() {
        return referrers;
    }

    /** Marks it as made by the script. */
    public void markCreated(char relationKind) {
        created = true;
        kind = relationKind;
    }

    /** Notes what the target says. */
    public void measured(char relationKind, TableSize tableSize, TableUse tableUse) {
        kind = relationKind;
        size = tableSize;
        use = tableUse;
    }

    /** Whether a valid constraint proves that the column holds no NULL. */
    public boolean provenNotNull(String column) {
        List<KnownConstraint> saying = constraints.stream().filter(each -> each.notNullColumn().equals(column))
                .toList();
        // From 18 on the catalog calls a column NOT NULL whose constraint was never validated.
        boolean doubtful = saying.stream().anyMatch(each -> each.kind() == 'n' && !each.validated());
        return saying.stream().anyMatch(KnownConstraint::validated)
                || !doubtful && column(column).map(KnownColumn::notNull).orElse(false);
    }

    /** A constraint by name. */
    public Optional<KnownConstraint> constraint(String constraint) {
        return constraints.stream().filter(known -> known.name().equals(constraint)).findFirst();
    }
}
