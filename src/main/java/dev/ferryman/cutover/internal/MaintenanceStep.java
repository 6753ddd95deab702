package dev.ferryman.cutover.internal;

import dev.ferryman.hook.HttpHooks;
import org.springframework.stereotype.Component;

/**
 * {@code app.maintenance}: an HTTP call that keeps the application from writing ({@code on: true}) or lets it write again
 * ({@code on: false}). A type of its own so that the time without writes can be shown.
 */
@Component
class MaintenanceStep extends HttpHookStep {
    /** The step's type. */
    static final String TYPE = "app.maintenance";

    MaintenanceStep(HttpHooks hooks) {
        super(hooks);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
