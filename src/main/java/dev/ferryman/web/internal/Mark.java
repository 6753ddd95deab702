package dev.ferryman.web.internal;

/**
 * How a state is shown: never by colour alone.
 *
 * @param icon name of the symbol in {@code icons.svg}
 * @param tone {@code ok}, {@code bad}, {@code warn}, {@code busy} or {@code idle}
 * @param text the state in words
 */
record Mark(String icon, String tone, String text) {}
