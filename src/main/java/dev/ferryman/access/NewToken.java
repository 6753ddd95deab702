package dev.ferryman.access;

import dev.ferryman.endpoint.Secret;

/**
 * A token that has just been made: the only moment at which its text exists.
 *
 * @param token what is kept
 * @param text what goes into {@code Authorization: Bearer …}
 */
public record NewToken(ApiToken token, Secret text) {}
