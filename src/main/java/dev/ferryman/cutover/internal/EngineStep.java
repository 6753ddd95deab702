package dev.ferryman.cutover.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schemachange.SchemaChangeFailedException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** A step that calls the data plane. All of them continue where they were or find themselves done (I3). */
abstract class EngineStep implements StepAction {
    private final String type;
    private final Material material;

    EngineStep(String type, Material material) {
        this.type = type;
        this.material = material;
    }

    @Override
    public final String type() {
        return type;
    }

    @Override
    public final boolean idempotent() {
        return true;
    }

    @Override
    public boolean needsSource() {
        return true;
    }

    /** The data plane works on the cutover's own two databases: a rehearsal's are its own. One that reaches further says so. */
    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.empty();
    }

    @Override
    public final StepResult run(StepContext context) throws Exception {
        try {
            return work(context);
        } catch (BadInputException e) {
            return new StepResult.Failed(String.valueOf(e.getMessage()), e.next());
        } catch (CopyFailedException e) {
            return new StepResult.Failed(String.valueOf(e.getMessage()), e.next());
        } catch (SchemaChangeFailedException e) {
            return new StepResult.Failed(String.valueOf(e.getMessage()), e.next());
        } catch (ReplicationFailedException e) {
            return new StepResult.Failed(String.valueOf(e.getMessage()), e.next());
        }
    }

    /** Does it; whatever is refused or fails with a sentence becomes a failed result. */
    abstract StepResult work(StepContext context) throws InterruptedException, SQLException;

    /** What it works with. */
    final Material material() {
        return material;
    }
}
