package dev.ferryman.web.internal;

/**
 * What a person had typed into a form whose command was refused: the page is drawn with it again, so that nobody types
 * twice.
 *
 * @param kind {@code step}, {@code gate} or empty for the cutover as a whole
 * @param on   key of the step or gate
 * @param move which of its forms
 */
record Typed(String kind, String on, String move, String text, String role) {
    /** Nothing was typed. */
    static final Typed NOTHING = new Typed("", "", "", "", "");

    /** Where on the page the form is. */
    String anchor() {
        return kind.isEmpty() ? on : kind + "-" + on;
    }

    /** The text for one form, empty unless it is this one. */
    public String text(String key, String which) {
        return is(key, which) ? text : "";
    }

    /** Whether this form was sent. */
    public boolean is(String key, String which) {
        return on.equals(key) && move.equals(which);
    }
}
