package dev.ferryman.runbook;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes that share the state store, and which of them may work where a source is. Every replica carries the label of
 * a node; a cutover remembers the label of the replica that made it, and whatever needs the source's files runs on replicas
 * of that label only. An embedded state store has one process, which reaches everything.
 */
public interface Replicas {
    /** Name of a cutover's connection that holds the label; without it every replica may do everything. */
    String NODE = "node";

    /** Name of a cutover's connection that holds the number of the source's file on its device. */
    String SOURCE_NUMBER = "sourceNumber";

    /** What a new cutover whose source this replica has opened must remember of where that is. */
    Map<String, String> here();

    /** Those that have shown a sign of life within the lease, this one included. */
    List<Replica> alive();

    /** Why nothing that needs the source's files can go on now, in a sentence; empty where it can. */
    Optional<String> waits(Cutover cutover);
}
