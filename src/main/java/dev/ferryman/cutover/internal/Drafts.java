package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverPreview;
import dev.ferryman.cutover.CutoverRefusedException;
import dev.ferryman.cutover.Estimate;
import dev.ferryman.cutover.Problem;
import dev.ferryman.cutover.SourceFacts;
import dev.ferryman.cutover.TargetFacts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.InvalidCutoverException;
import dev.ferryman.runbook.NewCutover;
import dev.ferryman.runbook.Replica;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.TemplateEntry;
import dev.ferryman.runbook.Templates;
import dev.ferryman.runbook.Window;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.SchemaMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Judges drafts and makes cutovers of them. */
@Component
class Drafts {
    private final Runbook runbook;
    private final Templates templates;
    private final Connections connections;
    private final Claims claims;
    private final PasswordBox box;
    private final CutoverProperties properties;
    private final TransactionTemplate transactions;
    private final Measurements measurements;
    private final SourceFiles files;
    private final Replicas replicas;

    Drafts(Runbook runbook, Templates templates, Connections connections, Claims claims, PasswordBox box,
            CutoverProperties properties, PlatformTransactionManager transactions, Measurements measurements,
            SourceFiles files, Replicas replicas) {
        this.files = files;
        this.replicas = replicas;
        this.measurements = measurements;
        this.runbook = runbook;
        this.templates = templates;
        this.connections = connections;
        this.claims = claims;
        this.box = box;
        this.properties = properties;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** What the checks of a draft gathered. */
    private static final class Checked {
        private final List<Problem> problems = new ArrayList<>();
        private List<String> unstaffed = List.of();
        private @Nullable Template template;
        private @Nullable SqliteSource source;
        private @Nullable SourceFacts sourceFacts;
        private @Nullable PostgresTarget target;
        private @Nullable TargetFacts targetFacts;
        private String targetClaim = "";
        private @Nullable Window window;

        void problem(String field, BadInputException e) {
            problems.add(new Problem(field, String.valueOf(e.getMessage()), e.next()));
        }
    }

    CutoverPreview preview(Actor actor, CutoverDraft draft) {
        Checked checked = check(actor, draft);
        Plan plan = checked.source == null || checked.target == null ? null : plan(checked, draft);
        Estimate estimate = plan == null || checked.sourceFacts == null || checked.template == null
                ? null
                : Planning.estimate(plan, checked.sourceFacts, checked.template,
                        measurements.of(checked.template.key(), checked.sourceFacts.path()));
        return new CutoverPreview(checked.problems, checked.sourceFacts, checked.targetFacts, plan,
                plan == null ? "" : PlanHash.of(plan), estimate, checked.template, checked.unstaffed);
    }

    Cutover create(Actor actor, CutoverDraft draft) {
        Checked checked = check(actor, draft);
        SqliteSource source = checked.source;
        if (!checked.problems.isEmpty()) {
            throw new CutoverRefusedException(checked.problems);
        }
        try {
            return transactions.execute(_ -> {
                List<CutoverSummary> all = runbook.list();
                Cutover made = runbook.create(actor, fresh(draft, checked));
                connections.store(made.id(), source == null ? "" : source.path().toString(), draft.target(),
                        source == null ? SchemaMode.EXISTING : draft.schemaMode());
                if (source != null && !draft.rehearsal()) {
                    claims.claim(sourceClaim(source), made.id(), all);
                }
                claims.claim(checked.targetClaim, made.id(), all);
                return made;
            });
        } catch (InvalidCutoverException e) {
            throw new CutoverRefusedException(problems(e));
        } catch (DuplicateKeyException e) {
            throw new CutoverRefusedException(List.of(new Problem("",
                    "Another cutover with the same source or target was created at the same moment.",
                    "Look at the list of cutovers.")));
        }
    }

    private NewCutover fresh(CutoverDraft draft, Checked checked) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        draft.parameters().forEach((key, value) -> {
            if (!value.isBlank()) {
                parameters.put(key, value);
            }
        });
        return new NewCutover(draft.name(), draft.template(), parameters,
                references(draft, checked),
                draft.rehearsal(), checked.window);
    }

    private Map<String, String> references(CutoverDraft draft, Checked checked) {
        Map<String, String> references = new LinkedHashMap<>();
        if (checked.template == null || checked.template.hasSource()) {
            references.put("source", checked.source == null ? draft.source() : checked.source.path().toString());
        }
        if (checked.source != null) {
            references.putAll(files.remember(checked.source.path()));
        }
        references.put("target", checked.target == null ? "" : checked.target.display());
        return references;
    }

    private Checked check(Actor actor, CutoverDraft draft) {
        Checked checked = new Checked();
        List<CutoverSummary> all = runbook.list();
        template(draft, checked);
        if (checked.template == null || checked.template.hasSource()) {
            source(draft, checked, all);
        } else if (!draft.source().isEmpty()) {
            checked.problems.add(new Problem("source", "A change of the schema has no SQLite file.",
                    "Leave the source out, or choose a template that moves one."));
        }
        target(draft, checked, all);
        checked.window = draft.window().window(checked.problems).orElse(null);
        Template template = checked.template;
        if (template != null) {
            checked.unstaffed = runbook.unstaffed(template);
            checked.unstaffed.forEach(why -> checked.problems.add(new Problem("gates", why,
                    "Give the missing roles to further people, or choose another template.")));
            tryOut(actor, draft, checked);
        }
        return checked;
    }

    private void template(CutoverDraft draft, Checked checked) {
        Optional<Template> found = templates.find(draft.template());
        if (found.isPresent()) {
            checked.template = found.get();
            return;
        }
        String names = String.join(", ", templates.all().stream().filter(TemplateEntry.Usable.class::isInstance)
                .map(TemplateEntry.Usable.class::cast).map(usable -> usable.template().key()).toList());
        checked.problems.add(new Problem("template", "There is no usable template " + draft.template() + ".",
                "Use one of: " + names + ". The list of templates shows what is wrong with broken ones."));
    }

    private void source(CutoverDraft draft, Checked checked, List<CutoverSummary> all) {
        try {
            SqliteSource source = connections.openSource(draft.source());
            checked.sourceFacts = SourceLook.facts(source);
            checked.source = source;
            claims.holder(sourceClaim(source), all).filter(_ -> !draft.rehearsal())
                    .ifPresent(holder -> checked.problems.add(new Problem("source",
                            "The source is in use by the running cutover ‘" + holder.name() + "’.",
                            "Finish that one first, or use another file.")));
        } catch (BadInputException e) {
            checked.problems.add(new Problem("source", String.valueOf(e.getMessage()), e.next() + elsewhere()));
        }
    }

    /** Where else the file may be: every replica sees its own host's files. */
    private String elsewhere() {
        String here = replicas.here().getOrDefault(Replicas.NODE, "");
        List<String> others = replicas.alive().stream().map(Replica::node).distinct()
                .filter(node -> !node.equals(here)).toList();
        return others.isEmpty()
                ? ""
                : " This replica sees the files of node " + here + "; if it is on another (" + String.join(", ", others)
                        + "), create the cutover through a replica there.";
    }

    private void target(CutoverDraft draft, Checked checked, List<CutoverSummary> all) {
        String field = "target.url";
        try {
            Connections.requireNoPassword(draft.target().url());
            field = "target.password";
            if (draft.target().passwordReference().isEmpty() && draft.target().password() != null && !box.usable()) {
                throw new BadInputException("Passwords cannot be kept: " + PasswordBox.KEY + " is not set.",
                        "Give a reference such as env:PGPASSWORD or file:/run/secrets/password instead.");
            }
            connections.requireResolvable(draft.target());
            field = "target.url";
            PostgresTarget target = connections.draft(draft.target());
            checked.targetFacts = TargetLook.facts(target, draft.target().schema());
            checked.target = target;
            checked.targetClaim = "target:" + TargetLook.identity(target);
            claims.holder(checked.targetClaim, all)
                    .ifPresent(holder -> checked.problems.add(new Problem("target.url",
                            "The target is in use by the running cutover ‘" + holder.name() + "’.",
                            "Finish that one first, or use another database.")));
            claims.movedTo(checked.targetClaim, all).filter(_ -> draft.rehearsal())
                    .ifPresent(moved -> checked.problems.add(new Problem("target.url",
                            "The cutover ‘" + moved.name() + "’ has moved its application to this database.",
                            "Rehearse against a staging database.")));
        } catch (BadInputException e) {
            checked.problem(field, e);
        }
    }

    /** Creates it and takes that back: name, parameters and steps are judged by the one who will judge them. */
    private void tryOut(Actor actor, CutoverDraft draft, Checked checked) {
        try {
            transactions.executeWithoutResult(status -> {
                status.setRollbackOnly();
                runbook.create(actor, fresh(draft, checked));
            });
        } catch (InvalidCutoverException e) {
            checked.problems.addAll(problems(e));
        }
    }

    private static List<Problem> problems(InvalidCutoverException e) {
        return e.problems().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(problem -> new Problem(problem.getKey(), problem.getValue(), "Correct it and try again."))
                .toList();
    }

    private @Nullable Plan plan(Checked checked, CutoverDraft draft) {
        SqliteSource source = checked.source;
        PostgresTarget target = checked.target;
        if (source == null || target == null) {
            return null;
        }
        if (draft.rehearsal()) {
            checked.problems.add(new Problem(CutoverPreview.PLAN_LATER,
                    "A rehearsal is planned from its own copy of the source, which its first step takes.",
                    "Create it: its checklist works out the plan. The source is read that one time only."));
            return null;
        }
        try (var worker = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = worker.submit(() -> Planning.basis(source, target, draft.target().schema(), draft.schemaMode(),
                    PlanChoices.none(),
                    ProfileListener.silent()).plan(PlanChoices.none()));
            try {
                Plan plan = work.get(properties.previewLimit().toMillis(), TimeUnit.MILLISECONDS);
                Planning.blockers(plan).forEach(blocker -> checked.problems.add(
                        new Problem("plan", blocker,
                                "Choose on the plan's page what becomes of it once the cutover is there, or correct the data or"
                                        + " the schema.")));
                TargetLook.requireRoom(target, draft.target().schema(), plan);
                return plan;
            } catch (TimeoutException e) {
                work.cancel(true);
                checked.problems.add(new Problem(CutoverPreview.PLAN_LATER,
                        "The source is too large to be planned within " + properties.previewLimit().toSeconds()
                                + " s while you wait.",
                        "Create the cutover: its checklist works out the plan, and nothing is touched before it is"
                                + " accepted."));
            }
        } catch (BadInputException e) {
            checked.problem("target.url", e);
        } catch (ExecutionException e) {
            checked.problems.add(failed(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private static Problem failed(@Nullable Throwable cause) {
        return switch (cause) {
            case BadInputException e -> new Problem("plan", String.valueOf(e.getMessage()), e.next());
            case SQLException e ->
                new Problem("plan", "The source could not be read to the end: " + e.getMessage() + ".",
                        "Check the file, then try again.");
            case null, default -> throw new IllegalStateException("The plan could not be worked out", cause);
        };
    }

    private static String sourceClaim(SqliteSource source) {
        return "source:" + source.path();
    }
}
