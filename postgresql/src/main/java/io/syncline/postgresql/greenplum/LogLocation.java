package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a source's changes are read: in one log, or in one of each segment. Found out once, and a task stays with it: a position in the one means nothing in the others. Thread-safe.
 */
public final class LogLocation {

    private final Segments cluster;
    private final LogPlace told;
    private final Supplier<Dialect> system;
    private @Nullable Boolean segments;
    private @Nullable Position known;

    /** @param told by the task file */
    public LogLocation(Segments cluster, LogPlace told) {
        this(cluster, told, () -> cluster.coordinator().dialect());
    }

    /** @param system which the source is, asked when it matters */
    public LogLocation(Segments cluster, LogPlace told, Supplier<Dialect> system) {
        this.cluster = cluster;
        this.told = told;
        this.system = system;
    }

    public Segments cluster() {
        return cluster;
    }

    /** What the task file says. */
    public LogPlace told() {
        return told;
    }

    /**
     * Whether each segment's log is read.
     *
     * @throws SyncException SOURCE_IDENTITY when the task has read elsewhere, TASK_FILE_INVALID when the source has no segments; or why it cannot be found out
     */
    public synchronized boolean isSegments() {
        Boolean found = segments;
        if (found == null) {
            found = find();
            segments = found;
        }
        requireOf(known, found);
        return found;
    }

    /** For looks that must not fail by it: what cannot be found out is taken for what any Greenplum has. */
    public boolean mayBeSegments() {
        try {
            return isSegments();
        } catch (SyncException e) {
            return system.get().isDistributed();
        }
    }

    /** Reads a position as the ledger has it: it tells where the task has read. */
    public synchronized Position position(String text) {
        Position position = text.contains("=") ? SegmentPosition.parse(text) : Lsn.parse(text);
        Boolean found = segments;
        if (found != null) {
            requireOf(position, found);
        } else if (known == null) {
            known = position;
        }
        return position;
    }

    /** Whether the coordinator's log can be read; tries it. */
    public boolean isCoordinatorReadable() {
        return new CoordinatorLog(coordinator(), coordinator()).isReadable();
    }

    private Sessions coordinator() {
        return cluster.coordinator();
    }

    private boolean find() {
        Dialect dialect = system.get();
        if (!dialect.isDistributed()) {
            if (told == LogPlace.SEGMENTS) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "$.source.log is segments, and the source " + address()
                                + " is a PostgreSQL server, which has none",
                        "Leave log out of the task file's source.");
            }
            return false;
        }
        return switch (told) {
            case SEGMENTS -> true;
            case COORDINATOR -> false;
            case AUTO -> {
                if (known == null && dialect == Dialect.GREENPLUM_7 && isCoordinatorReadable()) {
                    throw undecided();
                }
                yield known == null || isOfSegments(known);
            }
        };
    }

    /** That a log can be read says nothing of whether the segments' rows are in it: a wrong guess would lose all changes without a word. */
    private SyncException undecided() {
        return new SyncException(
                ErrorCode.TASK_FILE_INVALID,
                "the source " + address()
                        + " lets the coordinator's log be read. Whether it tells the changes of all segments cannot be seen from here",
                "Say log: coordinator in the task file's source where the server's documentation says so, as that of AnalyticDB for PostgreSQL from 7.2.1.4 on; else log: segments.");
    }

    private void requireOf(@Nullable Position position, boolean ofSegments) {
        if (position == null || isOfSegments(position) == ofSegments) {
            return;
        }
        LogPlace was = ofSegments ? LogPlace.COORDINATOR : LogPlace.SEGMENTS;
        throw new SyncException(
                ErrorCode.SOURCE_IDENTITY,
                "source " + address() + ": the position " + position.text() + " is one in "
                        + (ofSegments ? "the log of one server" : "the logs of segments")
                        + ", and changes are now read from "
                        + (ofSegments ? "the logs of segments" : "the log of one server")
                        + ", where it means nothing: what lies between would be lost without a word",
                "Say log: " + was.word()
                        + " in the task file's source, which is how this task has begun; or clean the task and start it anew.");
    }

    private static boolean isOfSegments(Position position) {
        return position instanceof SegmentPosition;
    }

    private String address() {
        return coordinator().connection().address();
    }
}
