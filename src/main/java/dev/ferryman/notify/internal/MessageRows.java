package dev.ferryman.notify.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverRecords;
import java.util.List;
import java.util.Optional;

/** The messages of a cutover, kept beside its log. */
final class MessageRows implements CutoverRecords {
    private final Outbox outbox;

    MessageRows(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public List<Table> tables() {
        return List.of(
                new Table("message_attempt", "message_id IN (SELECT id FROM message WHERE cutover_id = ?)", false),
                Table.of("message"));
    }

    @Override
    public Optional<String> needed(Cutover cutover) {
        return outbox.underWay(cutover.id()) ? Optional.of("messages of it are to be sent still") : Optional.empty();
    }
}
