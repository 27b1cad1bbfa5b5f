package io.syncline.api.task;

import java.util.List;

/**
 * How fast a task may read the source, so that the source's own work is not slowed down.
 *
 * @param load of the full load
 * @param stream of the changes; queries have no meaning there
 */
public record Throttle(Limits load, Limits stream) {

    public static final Throttle NONE = new Throttle(Limits.NONE, Limits.NONE);

    /** The names by which {@link #with} knows the limits. */
    public static final List<String> KEYS = List.of(
            "load.queriesPerSecond",
            "load.rowsPerSecond",
            "load.bytesPerSecond",
            "stream.rowsPerSecond",
            "stream.bytesPerSecond");

    /** Per second; 0 means that there is no limit. */
    public record Limits(long queries, long rows, long bytes) {

        public static final Limits NONE = new Limits(0, 0, 0);

        public Limits {
            if (queries < 0 || rows < 0 || bytes < 0) {
                throw new IllegalArgumentException("a limit is 0 or more");
            }
        }
    }

    /**
     * This throttle with one limit changed.
     *
     * @param key one of {@link #KEYS}
     * @throws IllegalArgumentException for another key
     */
    public Throttle with(String key, long limit) {
        return switch (key) {
            case "load.queriesPerSecond" -> new Throttle(new Limits(limit, load.rows(), load.bytes()), stream);
            case "load.rowsPerSecond" -> new Throttle(new Limits(load.queries(), limit, load.bytes()), stream);
            case "load.bytesPerSecond" -> new Throttle(new Limits(load.queries(), load.rows(), limit), stream);
            case "stream.rowsPerSecond" -> new Throttle(load, new Limits(0, limit, stream.bytes()));
            case "stream.bytesPerSecond" -> new Throttle(load, new Limits(0, stream.rows(), limit));
            default -> throw new IllegalArgumentException("no limit is called " + key);
        };
    }

    /** In words, such as {@code load: 1000 rows/s; stream: no limit}. */
    public String text() {
        return "load: " + text(load) + "; stream: " + text(stream);
    }

    private static String text(Limits limits) {
        List<String> words = java.util.stream.Stream.of(
                        word(limits.queries(), "queries/s"),
                        word(limits.rows(), "rows/s"),
                        word(limits.bytes(), "bytes/s"))
                .filter(word -> !word.isEmpty())
                .toList();
        return words.isEmpty() ? "no limit" : String.join(", ", words);
    }

    private static String word(long limit, String unit) {
        return limit == 0 ? "" : limit + " " + unit;
    }
}
