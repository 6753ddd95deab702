package dev.ferryman.access;

import org.jspecify.annotations.Nullable;

/**
 * How people log in here.
 *
 * @param provider name of the OpenID Connect provider, null where there is none
 * @param start where logging in at it begins
 * @param password whether everybody may log in with a password; otherwise only the one user kept for emergencies
 */
public record LoginOptions(@Nullable String provider, String start, boolean password) {
    /** Session attribute: the page to go back to after logging in at the provider again. */
    public static final String BACK = LoginOptions.class.getName() + ".back";
}
