package dev.ferryman.schemachange;

import java.util.List;

/**
 * What came of applying a script.
 *
 * @param of how many statements it has
 * @param earlier how many of them an earlier run had done
 * @param statements those of this run, in their order
 */
public record Applied(int of, int earlier, List<AppliedStatement> statements) {
    public Applied {
        statements = List.copyOf(statements);
    }
}
