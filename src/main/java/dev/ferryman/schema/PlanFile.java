package dev.ferryman.schema;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schema.internal.PlanFileReader;
import dev.ferryman.schema.internal.PlanFileWriter;

/**
 * A person's choices as a YAML file: written with a plan's questions, options and examples as comments, edited, and given
 * to the next plan. The same plan and choices give the same text.
 */
public final class PlanFile {
    /** The format that is written and read. */
    public static final int VERSION = 1;

    private PlanFile() {}

    /**
     * Reads choices and holds them against the source.
     *
     * @param text the file's text
     * @param file its name, for messages
     * @param schema the source that the choices are about
     * @throws BadInputException naming line and column of everything that is wrong: a table, column, constraint or choice
     *         that does not exist, a type that cannot be read, a key that means nothing here
     */
    public static PlanChoices read(String text, String file, SourceSchema schema) {
        return new PlanFileReader(file, schema).read(text);
    }

    /**
     * Writes choices so that a person can change them.
     *
     * @param plan what there is to decide
     * @param choices what was decided so far
     */
    public static String write(Plan plan, PlanChoices choices) {
        return new PlanFileWriter(plan, choices).write();
    }
}
