package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.ServerHost;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The segments of a cluster, each with sessions of its own in utility mode, which end with this. Thread-safe. */
public final class Segments implements AutoCloseable {

    private static final String REPLICATED =
            "SELECT localoid::bigint FROM pg_catalog.gp_distribution_policy WHERE policytype = 'r'";

    private final Sessions coordinator;
    private List<PrimarySegment> segments = List.of();
    private final SegmentAddresses addresses;
    private @Nullable SortedMap<Integer, Sessions> sessions;
    private boolean closed;

    /** @param coordinator which stays open when this is closed */
    public Segments(Sessions coordinator) {
        this(coordinator, SegmentAddresses.NONE);
    }

    /** @param addresses of segments that are reached elsewhere than the coordinator reaches them */
    public Segments(Sessions coordinator, SegmentAddresses addresses) {
        this.coordinator = coordinator;
        this.addresses = addresses;
    }

    /** Whether the task file tells of any segment where it is. */
    public boolean hasAddresses() {
        return !addresses.byContent().isEmpty();
    }

    public Sessions coordinator() {
        return coordinator;
    }

    /**
     * By content id; asked for once, so that all that is read here is of the same segments.
     *
     * @throws SyncException SOURCE_UNREACHABLE while one is down, TASK_FILE_INVALID when the task file gives the address of one that is not there
     */
    public synchronized SortedMap<Integer, Sessions> all() {
        SortedMap<Integer, Sessions> known = sessions;
        if (known == null) {
            known = new TreeMap<>();
            segments = new PrimarySegments(coordinator).list();
            addresses.requireKnown(
                    segments.stream().map(PrimarySegment::content).toList());
            for (PrimarySegment segment : segments) {
                known.put(segment.content(), coordinator.ofSegment(place(segment)));
            }
            known = Collections.unmodifiableSortedMap(known);
            sessions = known;
            if (closed) {
                known.values().forEach(Sessions::close);
            }
        }
        return known;
    }

    private ServerHost place(PrimarySegment segment) {
        ServerHost told = addresses.of(segment.content());
        return told == null ? new ServerHost(segment.host(), segment.port()) : told;
    }

    /** @param content of one of {@link #all} */
    public Sessions of(int content) {
        return Objects.requireNonNull(all().get(content), () -> "segment " + content);
    }

    /**
     * Looks at each of them whether it is the server that the coordinator takes for it: an address may lead to another segment, or to a former primary that still runs.
     *
     * @throws SyncException SOURCE_IDENTITY when one is not
     */
    void requireThemselves() {
        for (PrimarySegment segment : segments()) {
            Sessions there = of(segment.content());
            try {
                there.briefly("segment", session -> {
                    try (Statement statement = session.createStatement();
                            ResultSet row = statement.executeQuery(
                                    "SELECT current_setting('gp_contentid')::int, current_setting('gp_dbid')::int")) {
                        row.next();
                        PrimarySegment.Part found = new PrimarySegment.Part(row.getInt(1), row.getInt(2));
                        if (!found.equals(segment.part())) {
                            throw another(segment, there, found);
                        }
                        return found;
                    }
                });
            } catch (SQLException e) {
                throw there.errors().of(e, "asking which segment it is", ErrorCode.SOURCE_SETTINGS);
            }
        }
    }

    private static SyncException another(PrimarySegment wanted, Sessions there, PrimarySegment.Part found) {
        return new SyncException(
                ErrorCode.SOURCE_IDENTITY,
                "source " + there.connection().address() + " is content " + found.content() + " (server "
                        + found.server()
                        + ") of a cluster, and the coordinator's " + wanted
                        + " is looked for there: rows would be read twice, or not at all",
                "Put the addresses under segments in the task file's source right; where a mirror was promoted, stop the former primary.");
    }

    private synchronized List<PrimarySegment> segments() {
        all();
        return segments;
    }

    /**
     * Marks of these segments. For one thread; to be closed by whoever asked for it.
     *
     * @param distributions of the tables that are looked at behind each mark, as they were noted
     */
    public Marks marks(Map<Long, String> distributions) {
        return new RestorePoints(coordinator, segments(), distributions);
    }

    /** A mark that is made now, and nothing kept for further ones. */
    public SegmentPosition mark() {
        try (Marks marks = marks(Map.of())) {
            return marks.make().place();
        }
    }

    /** Whether every segment has all rows of a table, as the catalog says now. */
    public Predicate<TableSchema> replicated() {
        try {
            Set<Long> tables = coordinator.briefly("distribution", session -> {
                try (Statement statement = session.createStatement();
                        ResultSet rows = statement.executeQuery(REPLICATED)) {
                    Set<Long> found = new HashSet<>();
                    while (rows.next()) {
                        found.add(rows.getLong(1));
                    }
                    return found;
                }
            });
            return table -> tables.contains(table.version());
        } catch (SQLException e) {
            throw coordinator.errors().of(e, "asking where rows lie", ErrorCode.SOURCE_SETTINGS);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (sessions != null) {
            sessions.values().forEach(Sessions::close);
        }
    }
}
