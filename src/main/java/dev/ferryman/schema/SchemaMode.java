package dev.ferryman.schema;

/** Where the target's schema comes from ({@code DESIGN.md}, Values). */
public enum SchemaMode {
    /** Ferryman creates the target's tables from the plan. */
    CREATE,
    /** The application's own migrations created them; Ferryman matches tables and columns and converts to their types. */
    EXISTING
}
