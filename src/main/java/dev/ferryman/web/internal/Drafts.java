package dev.ferryman.web.internal;

import dev.ferryman.cutover.CutoverPreview;
import jakarta.servlet.http.HttpSession;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Forms for new cutovers between "show the plan" and "create". Kept in the session's memory, so that a typed password
 * need not travel to the browser and back; gone when the session ends. The last few of a session are kept.
 */
final class Drafts {
    private static final String ATTRIBUTE = Drafts.class.getName();
    private static final int KEPT = 4;

    private final Map<String, Draft> drafts = new LinkedHashMap<>();

    /** A form and what came of testing it. */
    record Draft(String id, CutoverForm form, @Nullable CutoverPreview preview) {}

    static Drafts of(HttpSession session) {
        synchronized (session) {
            if (session.getAttribute(ATTRIBUTE) instanceof Drafts drafts) {
                return drafts;
            }
            Drafts drafts = new Drafts();
            session.setAttribute(ATTRIBUTE, drafts);
            return drafts;
        }
    }

    synchronized Draft keep(CutoverForm form, @Nullable CutoverPreview preview) {
        Draft draft = new Draft(UUID.randomUUID().toString(), form, preview);
        drafts.put(draft.id(), draft);
        while (drafts.size() > KEPT) {
            drafts.remove(drafts.keySet().iterator().next());
        }
        return draft;
    }

    synchronized Optional<Draft> find(String id) {
        return Optional.ofNullable(drafts.get(id));
    }

    synchronized void forget(String id) {
        drafts.remove(id);
    }
}
