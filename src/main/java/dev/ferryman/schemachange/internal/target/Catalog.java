package dev.ferryman.schemachange.internal.target;

import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything known about the relations and functions that a script names: from the target where there is one, and from
 * the statements before.
 */
public final class Catalog {
    private final Map<String, KnownTable> tables = new LinkedHashMap<>();
    private final Map<String, Volatility> functions = new HashMap<>();
    private final Map<String, String> tableOfIndex = new HashMap<>();
    private final boolean live;
    private final String defaultSchema;
    private @Nullable ReadSpeed speed;

    private Catalog(boolean live, String defaultSchema) {
        this.live = live;
        this.defaultSchema = defaultSchema;
    }

    /** A catalog that knows nothing but what the script itself does. */
    public static Catalog unknown() {
        return new Catalog(false, "public");
    }

    /**
     * A catalog to be filled from a target.
     *
     * @param defaultSchema where a name without a schema is looked up
     */
    static Catalog live(String defaultSchema) {
        return new Catalog(true, SqlText.name(defaultSchema));
    }

    /** Whether a target was asked. */
    public boolean live() {
        return live;
    }

    /** How fast the target reads; empty without a target. */
    public Optional<ReadSpeed> speed() {
        return Optional.ofNullable(speed);
    }

    void speed(ReadSpeed measured) {
        speed = measured;
    }

    /** A relation by its {@code RangeVar}. */
    public KnownTable table(Tree range) {
        return table(SqlText.relation(range));
    }

    /** A relation by its name in SQL; the default schema need not be said. */
    public KnownTable table(String name) {
        String key = key(name);
        return tables.computeIfAbsent(key, KnownTable::new);
    }

    /** A relation by the parts of its name. */
    public KnownTable table(List<String> parts) {
        return table(String.join(".", parts.stream().map(SqlText::name).toList()));
    }

    /** Every relation that is known. */
    public List<KnownTable> tables() {
        return List.copyOf(tables.values());
    }

    /** The table that an index is on, where that is known. */
    public Optional<KnownTable> tableOfIndex(String index) {
        return Optional.ofNullable(tableOfIndex.get(key(index))).map(this::table);
    }

    /** Notes an index, and whose it is. */
    public void index(KnownTable table, KnownIndex index) {
        table.indexes().add(index);
        String schema = table.name().contains(".") ? table.name().substring(0, table.name().lastIndexOf('.') + 1) : "";
        tableOfIndex.put(schema + SqlText.name(index.name()), table.name());
    }

    /** Forgets an index. */
    public void forgetIndex(String index) {
        String owner = tableOfIndex.remove(key(index));
        if (owner != null) {
            String last = index.substring(index.lastIndexOf('.') + 1);
            table(owner).indexes().removeIf(known -> SqlText.name(known.name()).equals(last));
        }
    }

    /** Forgets a relation that was dropped. */
    public void forget(String name) {
        tables.remove(key(name));
    }

    /** Gives a relation another name. */
    public void rename(String name, String newName) {
        KnownTable table = tables.remove(key(name));
        if (table != null && table.created()) {
            tables.put(key(newName), table);
        }
    }

    void function(String name, Volatility volatility) {
        functions.put(name, volatility);
    }

    /** What a function of this name may do. */
    public Volatility volatility(String function) {
        Volatility known = functions.get(function);
        return known == null ? BuiltInFunctions.of(function) : known;
    }

    private String key(String name) {
        return name.startsWith(defaultSchema + ".") ? name.substring(defaultSchema.length() + 1) : name;
    }
}
