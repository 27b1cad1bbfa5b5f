package io.syncline.api.model;

/**
 * A place in one stream of a source's change log: an LSN, a GTID set, a binlog file with its offset, a change LSN.
 *
 * <p>Positions are only partly ordered (two GTID sets may each hold what the other lacks), therefore there is no {@code compareTo}. A position is the
 * <em>end</em> of a transaction: a stream that starts at it sends the transactions after it and not the one that it ends (T19). Implementations are values
 * with {@code equals} and {@code hashCode}.
 */
public interface Position {

    /** True when everything up to {@code target} is also up to this position. A position reaches itself. */
    boolean reached(Position target);

    /** True when some of what lies up to {@code target} is also up to this position, for positions that are several places: each may have reached some of the other's. */
    default boolean overlaps(Position target) {
        return reached(target);
    }

    /** The least position that has reached both this one and {@code other}. */
    Position merge(Position other);

    /** The form that is stored in the ledger and that {@link io.syncline.api.port.Source#position(String)} reads back, such as {@code 1A/2B3C4D5E}. */
    String text();
}
