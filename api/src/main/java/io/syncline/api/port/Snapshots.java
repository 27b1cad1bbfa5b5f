package io.syncline.api.port;

/** Opens snapshots of a source. */
public interface Snapshots {

    /** A snapshot whose positions are an upper bound of what it sees: the log may hold transactions before it that it already sees (H of T5, T21). */
    Snapshot open();

    /** A snapshot that sees exactly the transactions up to its positions (T26). May wait for transactions that are open now. */
    Snapshot exact();

    /** A snapshot without positions, for a task that will not stream. */
    Snapshot unpositioned();
}
