package io.syncline.api.port;

/** Opens snapshots of a source. */
public interface Snapshots {

    /** A snapshot whose positions are an upper bound of what it sees: the log may hold transactions before it that it already sees (H of T5, T21). */
    Snapshot open();

    /** A snapshot that sees exactly the transactions up to its positions (T26). May wait for transactions that are open now. */
    Snapshot exact();

    /** A snapshot without positions, for a task that will not stream. */
    Snapshot unpositioned();

    /**
     * Returns once every look at the source from now on sees all that its log has told up to now: a commit may be in the log, and behind a position, before others see it (T21). Whoever takes a position and then reads rows that are to
     * be of behind it calls this in between; {@link #open} needs no such call. May wait for transactions that are open now.
     */
    void settle();
}
