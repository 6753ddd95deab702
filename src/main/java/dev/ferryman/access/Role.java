package dev.ferryman.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a person may sign for. A person may hold several; templates name them by {@link #id()}. */
public enum Role {
    /** Runs steps. */
    OPERATOR("Operator"),
    /** Answers for the databases. */
    DBA("DBA"),
    /** Answers for infrastructure and traffic. */
    DEVOPS_LEAD("DevOps lead"),
    /** Answers for the application. */
    TECH_LEAD("Tech lead"),
    /** Answers for what was tested. */
    QA_LEAD("QA lead"),
    /** Answers for the business. */
    PRODUCT_OWNER("Product owner"),
    /** Looks, and changes nothing. */
    VIEWER("Viewer"),
    /** Manages users. Signs no gate by this role alone. */
    ADMINISTRATOR("Administrator");

    private final String label;

    Role(String label) {
        this.label = label;
    }

    /** Name in templates, the API and the state store, such as {@code devops-lead}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Name for people, such as {@code DevOps lead}. */
    public String label() {
        return label;
    }

    /** The role of an id, empty where there is none of that name. */
    public static Optional<Role> ofId(String id) {
        return Arrays.stream(values()).filter(role -> role.id().equals(id)).findFirst();
    }

    /** Name for people of a role that a template names; the id itself where nobody can hold such a role. */
    public static String labelOf(String id) {
        return ofId(id).map(Role::label).orElse(id);
    }
}
