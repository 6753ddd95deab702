package dev.ferryman.runbook;

import java.util.List;
import java.util.Optional;

/** The templates that came with Ferryman and those of the configured directory, read anew at every call. */
public interface Templates {
    /** Every template file, bundled first, broken ones with their errors. A broken file never stops the service. */
    List<TemplateEntry> all();

    /** The usable template with this key. */
    default Optional<Template> find(String key) {
        return all().stream().filter(TemplateEntry.Usable.class::isInstance).map(TemplateEntry.Usable.class::cast)
                .map(TemplateEntry.Usable::template).filter(template -> template.key().equals(key)).findFirst();
    }
}
