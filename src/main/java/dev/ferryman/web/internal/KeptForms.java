package dev.ferryman.web.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ferryman.cutover.CutoverPreview;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.runbook.Actor;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Forms for new cutovers between "show the plan" and "create", so that a typed password need not travel to the browser
 * and back. The last few are kept in the session, which is in the state store: a password is sealed there, and not kept
 * where there is no key. What came of testing a form stays in this process; another one tests it again.
 */
@Component
final class KeptForms {
    private static final String ATTRIBUTE = KeptForms.class.getName();
    private static final String URL = "target.url";
    private static final int KEPT = 4;

    private final CutoverService cutovers;
    private final Cache<String, CutoverPreview> previews = Caffeine.newBuilder().maximumSize(50)
            .expireAfterWrite(Duration.ofMinutes(30)).build();

    KeptForms(CutoverService cutovers) {
        this.cutovers = cutovers;
    }

    private record Kept(String template, HashMap<String, String> values,
            @Nullable String sealedPassword) implements Serializable {}

    /** Keeps a form and what came of testing it; answers the number it is found by. */
    String keep(HttpSession session, CutoverForm form, CutoverPreview preview) {
        String id = UUID.randomUUID().toString();
        var values = new HashMap<>(form.values());
        if (cutovers.holdsPassword(form.value(URL))) {
            values.remove(URL);
        }
        Secret password = form.password();
        var drafts = of(session);
        drafts.put(id, new Kept(form.template(), values, password == null || !cutovers.passwordsCanBeStored()
                ? null
                : cutovers.seal(password, id)));
        while (drafts.size() > KEPT) {
            drafts.remove(drafts.keySet().iterator().next());
        }
        session.setAttribute(ATTRIBUTE, drafts);
        previews.put(id, preview);
        return id;
    }

    /** The form of a number, empty where it is not kept any more. */
    Optional<CutoverForm> find(HttpSession session, String id) {
        Kept kept = of(session).get(id);
        if (kept == null) {
            return Optional.empty();
        }
        String sealed = kept.sealedPassword();
        return Optional.of(new CutoverForm(kept.template(), kept.values(),
                sealed == null ? null : cutovers.open(sealed, id)));
    }

    /** What came of testing a form that is kept. */
    CutoverPreview preview(Actor actor, String id, CutoverForm form) {
        return previews.get(id, _ -> cutovers.preview(actor, form.draft()));
    }

    void forget(HttpSession session, String id) {
        var drafts = of(session);
        drafts.remove(id);
        session.setAttribute(ATTRIBUTE, drafts);
        previews.invalidate(id);
    }

    /** A copy: what a session holds counts as changed only when it is set. */
    @SuppressWarnings("unchecked") // Nobody else writes this attribute.
    private static LinkedHashMap<String, Kept> of(HttpSession session) {
        return session.getAttribute(ATTRIBUTE) instanceof Map<?, ?> kept
                ? new LinkedHashMap<>((Map<String, Kept>) kept)
                : new LinkedHashMap<>();
    }
}
