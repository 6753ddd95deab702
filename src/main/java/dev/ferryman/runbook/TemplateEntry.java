package dev.ferryman.runbook;

import java.util.List;

/** A template file as the list shows it. */
public sealed interface TemplateEntry {
    /** The file's name. */
    String file();

    /**
     * A template that cutovers can be made from.
     *
     * @param bundled whether it came with Ferryman
     */
    record Usable(String file, boolean bundled, Template template) implements TemplateEntry {}

    /** A file that cannot be used, with everything that is wrong with it. */
    record Broken(String file, boolean bundled, List<TemplateError> errors) implements TemplateEntry {
        /** Copies the errors. */
        public Broken {
            errors = List.copyOf(errors);
        }
    }
}
