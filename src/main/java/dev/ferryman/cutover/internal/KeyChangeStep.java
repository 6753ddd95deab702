package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schemachange.KeyChange;
import dev.ferryman.schemachange.KeyChangeListener;
import dev.ferryman.schemachange.KeyChangeOptions;
import java.util.List;
import java.util.Map;

/** {@code key-change.…}: one stage of changing keys of whole numbers to UUIDs, see {@link KeyChange}. */
class KeyChangeStep extends EngineStep {
    private final Stage stage;

    /** What one stage does. */
    @FunctionalInterface
    interface Stage {
        StepResult run(KeyChange change, Wish wish) throws InterruptedException;
    }

    /**
     * What the step's arguments ask for.
     *
     * @param schema schema of the tables
     * @param tables their names, empty for all
     * @param version of the UUIDs
     * @param keep whether the way back leaves the UUIDs
     * @param dropped whether the cutover has given the old values up
     */
    record Wish(String schema, List<String> tables, int version, boolean keep, boolean dropped) {}

    KeyChangeStep(String type, Material material, Stage stage) {
        super(type, material);
        this.stage = stage;
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    public boolean anywhere() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            options(arguments);
            wish(arguments, "", false);
        });
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        context.ensureOwner();
        var change = new KeyChange(material().target(context), context.cutoverId(), context.generation(),
                options(arguments), new Told(context));
        boolean dropped = KeyChangeSteps.dropped(material().cutover(context));
        return stage.run(change, wish(arguments, material().stored(context).schema(), dropped));
    }

    private static Wish wish(Arguments arguments, String schema, boolean dropped) {
        String version = arguments.text("version").orElse("4");
        if (!version.equals("4") && !version.equals("7")) {
            throw new BadInputException("version is " + version + ".", "Give 4 or 7.");
        }
        String keep = arguments.text("keep").orElse("false");
        if (!keep.equals("true") && !keep.equals("false")) {
            throw new BadInputException("keep is " + keep + ".", "Give true or false.");
        }
        return new Wish(arguments.text("schema").orElse(schema), arguments.words("tables"), Integer.parseInt(version),
                keep.equals("true"), dropped);
    }

    private static KeyChangeOptions options(Arguments arguments) {
        KeyChangeOptions usual = KeyChangeOptions.defaults();
        return new KeyChangeOptions(arguments.duration("lock-limit", usual.lockLimit()),
                arguments.duration("patience", usual.patience()),
                arguments.number("pages", usual.pages(), 1, 100_000), arguments.duration("pause", usual.pause()),
                (long) arguments.number("most-replay-lag", (int) (usual.mostReplayLag() >> 20), 0, 1_000_000) << 20);
    }

    private record Told(StepContext context) implements KeyChangeListener {
        @Override
        public void output(String line) {
            context.output(line);
        }

        @Override
        public void filled(String column, long pages, long of) {
            context.progress(column, pages, of, 0);
        }

        @Override
        public void waitsFor(String standby, long behind) {
            context.progress("Waiting for the standby " + standby + ", MiB behind", behind >> 20, 0, 0);
        }

        @Override
        public void ensureOwner() {
            context.ensureOwner();
        }
    }
}
