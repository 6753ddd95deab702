package dev.ferryman.web.internal;

/**
 * Which part of a long list a page shows.
 *
 * @param number from 1
 * @param pages  at least 1
 * @param total  entries in all
 * @param from   index of the first entry shown, from 0
 * @param to     index after the last entry shown
 */
record Paging(int number, int pages, int total, int from, int to) {
    /** The part that a page number from an address asks for; a number that makes no sense gives the nearest page. */
    static Paging of(String asked, int total, int size) {
        int pages = Math.max(1, Math.ceilDiv(total, size));
        int number = Math.clamp(parse(asked), 1, pages);
        int from = (number - 1) * size;
        return new Paging(number, pages, total, from, Math.min(total, from + size));
    }

    private static int parse(String asked) {
        try {
            return Integer.parseInt(asked);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
