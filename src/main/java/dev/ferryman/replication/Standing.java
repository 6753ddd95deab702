package dev.ferryman.replication;

import java.time.Duration;
import java.util.List;

/**
 * How far one side is behind the other.
 *
 * @param backlog recorded changes that are not applied, repeated ones included
 * @param lag how old the oldest of them may be; zero where there is none
 * @param tables one entry per captured table, by number
 */
public record Standing(long backlog, Duration lag, List<Table> tables) {
    public Standing {
        tables = List.copyOf(tables);
    }

    /**
     * One table.
     *
     * @param table source table
     * @param recorded number of the last recorded change
     * @param applied number up to which changes are applied
     * @param verified number up to which they are proved
     * @param whole whether it is followed as a whole; its changes are not in the backlog
     */
    public record Table(String table, long recorded, long applied, long verified, boolean whole) {
        /** Changes that are not applied. */
        public long pending() {
            return recorded - applied;
        }
    }

    /** Tables followed as a whole that have changed since they were copied. */
    public List<String> wholeTablesChanged() {
        return tables.stream().filter(t -> t.whole() && t.pending() > 0).map(Table::table).toList();
    }
}
