package dev.ferryman.runbook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A runbook to be copied into cutovers. Built by {@link TemplateParser}, which guarantees: every forward phase and
 * rollback are there, keys are unique, exactly one step is the point of no return and it is in the cutover phase.
 *
 * @param key         unique among templates
 * @param version     the author's version, shown with every cutover made from it
 * @param title       what lists show
 * @param description when to use it
 * @param engine      which data plane the steps drive, {@link #DATA_CUTOVER} or {@link #SCHEMA_CHANGE}
 * @param roles       every role that steps and gates name
 * @param parameters  asked for at creation
 * @param phases      checklist, migrate, verify, cutover, monitor, rollback in this order
 * @param recoveries  other ways out than the rollback; logs of earlier versions have none
 * @param automaticRollback what a rollback that nobody has asked for needs; logs of earlier versions do not say
 * @param messages    what is sent to whom and when; templates copied by earlier versions have none
 */
public record Template(String key, String version, String title, String description, String engine, List<String> roles,
        List<ParameterDefinition> parameters, List<PhaseDefinition> phases, List<RecoveryDefinition> recoveries,
        AutomaticRollback automaticRollback, List<MessageDefinition> messages) {
    /** Moves an application from SQLite to PostgreSQL. */
    public static final String DATA_CUTOVER = "data-cutover";
    /** Changes the schema of a PostgreSQL that stays where it is: there is no source. */
    public static final String SCHEMA_CHANGE = "schema-change";

    /** Copies the lists. */
    public Template {
        roles = List.copyOf(roles);
        parameters = List.copyOf(parameters);
        phases = List.copyOf(phases);
        recoveries = recoveries == null ? List.of() : List.copyOf(recoveries);
        automaticRollback = automaticRollback == null ? AutomaticRollback.WITHOUT_LOSS : automaticRollback;
        // The log of an earlier version says nothing of messages.
        messages = messages == null ? List.of() : List.copyOf(messages);
    }

    /** What a rollback that a verdict demands needs to begin by itself once PostgreSQL may have taken writes. */
    public enum AutomaticRollback {
        /** That it loses nothing; otherwise a person decides. */
        WITHOUT_LOSS,
        /** Nothing. */
        ALWAYS,
        /** A person, always. */
        BEFORE_SWITCH
    }

    /** Whether there is a SQLite file that is moved. */
    public boolean hasSource() {
        return !engine.equals(SCHEMA_CHANGE);
    }

    /** The definition of a phase. */
    public PhaseDefinition phase(Phase phase) {
        return phases.stream().filter(candidate -> candidate.phase() == phase).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Template " + key + " has no phase " + phase.key()));
    }

    /** Every step of every phase in order, rollback last, then those of the recoveries. */
    public List<StepDefinition> steps() {
        List<StepDefinition> all = new ArrayList<>();
        phases.forEach(phase -> all.addAll(phase.steps()));
        recoveries.forEach(recovery -> all.addAll(recovery.steps()));
        return all;
    }

    /** The step with this key. */
    public Optional<StepDefinition> step(String stepKey) {
        return steps().stream().filter(step -> step.key().equals(stepKey)).findFirst();
    }

    /** The recovery a step belongs to; empty for steps of phases. */
    public Optional<RecoveryDefinition> recoveryOf(String stepKey) {
        return recoveries.stream()
                .filter(recovery -> recovery.steps().stream().anyMatch(step -> step.key().equals(stepKey))).findFirst();
    }

    /** The phase a step belongs to; empty for steps of recoveries. */
    public Optional<Phase> phaseOf(String stepKey) {
        return phases.stream().filter(phase -> phase.steps().stream().anyMatch(step -> step.key().equals(stepKey)))
                .map(PhaseDefinition::phase).findFirst();
    }

    /** The phase a gate ends. */
    public Optional<PhaseDefinition> phaseOfGate(String gateKey) {
        return phases.stream().filter(phase -> phase.gate() != null && phase.gate().key().equals(gateKey)).findFirst();
    }
}
