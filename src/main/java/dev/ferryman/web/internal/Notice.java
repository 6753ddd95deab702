package dev.ferryman.web.internal;

import java.io.Serializable;

/**
 * What a page tells before everything else.
 *
 * @param what what happened, one sentence
 * @param next what to do now, empty when there is nothing to do
 */
record Notice(String what, String next) implements Serializable {}
