package io.syncline.postgresql.apply;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.NetChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.QuarantineRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Rows that the destination refuses, kept in the ledger in the transaction at hand (I2, docs/design/bad-values.md). A row of the source is in its table or in here, never in both. Tables that
 * have no row in here cost nothing.
 */
final class Quarantine {

    private final Connection connection;
    private final QuarantineRows rows;
    private final Lease lease;
    private final QuarantineForm form;

    /** At least the source tables that have rows in here; null until it is asked. */
    private @Nullable Set<TableId> holding;

    private boolean added;

    Quarantine(Connection connection, LedgerTables tables, Lease lease) throws SQLException {
        this.connection = connection;
        this.rows = new QuarantineRows(tables);
        this.lease = lease;
        String encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
        this.form = new QuarantineForm("UTF8".equals(encoding));
    }

    void transactionBegins() {
        added = false;
    }

    /** False when no row of the table is in here. */
    boolean holds(Target target) throws SQLException {
        return holds(source(target));
    }

    private boolean holds(TableId source) throws SQLException {
        Set<TableId> sources = holding;
        if (sources == null) {
            sources = rows.sources(connection, lease);
            holding = sources;
        }
        return sources.contains(source);
    }

    /** @param image of which all columns that are written are present */
    void put(Target target, Row image, BadValue.Kind kind, BadValue.Refused what) throws SQLException {
        holds(target);
        rows.put(
                connection,
                lease,
                new QuarantineRows.Entry(
                        source(target), form.key(target, image), kind, what, form.image(target, image)));
        if (holding != null) {
            holding.add(source(target));
        }
        added = true;
    }

    /** Takes the row of this key out; empty when it is not in here. */
    Optional<Row> take(Target target, Row key) throws SQLException {
        if (!holds(target)) {
            return Optional.empty();
        }
        return rows.take(
                        connection, lease, source(target), form.key(target, key).digest())
                .map(image -> form.row(target, image));
    }

    /** Takes out whatever has an old or a new key of these changes, before they bring the rows' later states. */
    void forget(Target target, List<NetChange> changes) throws SQLException {
        if (!target.hasKey() || !holds(target)) {
            return;
        }
        List<byte[]> digests = new ArrayList<>();
        for (NetChange change : changes) {
            if (change.key() != null) {
                digests.add(form.key(target, change.key()).digest());
            }
            if (change.image() != null) {
                digests.add(form.key(target, change.image()).digest());
            }
        }
        rows.remove(connection, lease, source(target), digests);
    }

    /** Takes out rows whose keys others come to: where DELETE is not carried, their own leaving is not told (T14). */
    void makeRoom(Target target, List<NetChange> changes) throws SQLException {
        if (target.hasKey() && holds(target)) {
            forget(
                    target,
                    changes.stream()
                            .filter(change -> change.image() != null && !GroupApplier.keepsKey(target, change))
                            .map(change -> new NetChange(null, change.image()))
                            .toList());
        }
    }

    /**
     * The table is emptied.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED when a partition is: nothing tells which of the rows in here are of it
     */
    void clear(Target target) throws SQLException {
        if (!holds(target)) {
            return;
        }
        if (isPartition(target)) {
            throw new SyncException(
                            ErrorCode.SOURCE_SCHEMA_CHANGED,
                            "a partition of table " + source(target)
                                    + " was emptied by TRUNCATE while rows of the table are in quarantine: the log does not say which of them are gone",
                            "Suspend the table and bring it back (control FILE suspend, resync), which loads it anew.")
                    .ofTable(source(target));
        }
        rows.clear(connection, lease, source(target));
    }

    /**
     * The source has dropped the table, and what is left of it stays.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED when rows are left in here alone, whose table the task forgets
     */
    void requireNone(TableId source) throws SQLException {
        if (holds(source) && rows.sources(connection, lease).contains(source)) {
            throw new SyncException(
                            ErrorCode.SOURCE_SCHEMA_CHANGED,
                            "the table " + source
                                    + " was dropped at the source while rows of it are in quarantine, and nowhere else. Nothing after it was applied.",
                            "Take what you need of them from the ledger's table quarantine and delete them there, then start the task again.")
                    .ofTable(source);
        }
    }

    private boolean isPartition(Target target) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < 10) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT relispartition FROM pg_catalog.pg_class WHERE oid = CAST(? AS pg_catalog.regclass)")) {
            statement.setString(1, target.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** Tables have other names or columns now. */
    void altered() {
        holding = null;
    }

    /** What was asked in it may hold no more: rows that it took out are there again. */
    void transactionUndone() {
        holding = null;
    }

    /** Before the transaction's end. */
    void commits(String position) throws SQLException {
        if (added) {
            rows.position(connection, lease, position);
        }
    }

    /** For people. */
    List<String> keyTexts(Target target, Row row) {
        return form.key(target, row).texts();
    }

    private static TableId source(Target target) {
        return target.route().source().table();
    }
}
