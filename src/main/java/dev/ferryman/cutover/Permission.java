package dev.ferryman.cutover;

/**
 * Whether somebody may do something now.
 *
 * @param allowed whether it is permitted
 * @param why empty where it is, else one sentence that says who may, or when
 */
public record Permission(boolean allowed, String why) {
    /** It is permitted. */
    public static final Permission GRANTED = new Permission(true, "");

    /** It is not, for this reason. */
    public static Permission denied(String why) {
        return new Permission(false, why);
    }
}
