package dev.ferryman.web.internal;

/**
 * What a page tells before everything else.
 *
 * @param what what happened, one sentence
 * @param next what to do now, empty when there is nothing to do
 */
record Notice(String what, String next) {}
