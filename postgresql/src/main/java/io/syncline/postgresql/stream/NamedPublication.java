package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PublishedTables;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.message.MessageDecoder;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * pgoutput with a publication that the task file names: it is read and never altered. So replica identities are required instead of set, there is no note of partitions,
 * and whether it holds every table is asked at each start and with each heartbeat.
 */
final class NamedPublication implements OutputPlugin {

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final ControlSession control;
    private final String publication;
    private volatile List<TableId> read = List.of();

    NamedPublication(Sessions sessions, CatalogReader catalog, ControlSession control, String publication) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.control = control;
        this.publication = publication;
    }

    @Override
    public String name() {
        return "pgoutput";
    }

    @Override
    public String exporting() {
        return " EXPORT_SNAPSHOT";
    }

    @Override
    public void prepare(List<TableId> tables, Set<TableId> whole) {
        ReplicaIdentities.require(control, tables, whole);
        requireComplete(tables);
    }

    /** T17, told of publications: one has its effect from the transaction on that made it: what was changed before is sent to nobody. */
    @Override
    public void requireSince(ChangeLogName slot, List<TableId> tables) {
        List<String> young;
        try (CatalogSession session = CatalogSession.open(sessions)) {
            young = PublishedTables.younger(session, publication, slot.text(), oids(tables));
        }
        if (!young.isEmpty()) {
            throw new SyncException(
                    ErrorCode.SOURCE_GAP,
                    "source " + sessions.connection().address() + ": the replication slot " + slot
                            + " keeps log of before the publication " + Quoting.identifier(publication)
                            + " was what it is: " + String.join("; ", young)
                            + ". Changes of before are in no stream",
                    "Make the publication first, then the slot, then the copy; or say startFrom: compare.");
        }
    }

    @Override
    public void extend(List<TableId> tables, Set<TableId> whole) {
        prepare(tables, whole);
    }

    /** It is not ours to alter. */
    @Override
    public void leaveOut(Set<Long> tables) {}

    /** Nothing was changed. */
    @Override
    public List<String> giveUp(Set<Long> tables) {
        return List.of();
    }

    /** Nothing is made besides the slot. */
    @Override
    public List<String> plan(List<TableId> tables, Set<TableId> whole) {
        return List.of();
    }

    /** Which tables have to be in it is known when the stream is opened. */
    @Override
    public void requireIntact(Lsn ledger) {
        requireComplete(List.of());
    }

    @Override
    public void requireExactSnapshots() {
        // Its transactions tell where their commit begins.
    }

    @Override
    public boolean hasExactSnapshots() {
        return true;
    }

    @Override
    public String options() {
        return PgOutput.options(sessions, Quoting.identifier(publication));
    }

    @Override
    public MessageDecoder decoder(Lsn start, Collection<TableSchema> tables) {
        List<TableId> chosen = tables.stream().map(TableSchema::table).toList();
        requireComplete(chosen);
        read = chosen;
        StreamPartitions none = new StreamPartitions(sessions, KnownPartitions.NONE, Set.of(), _ -> {});
        ToldShapes untold = new ToldShapes(sessions, none, List.of());
        return new PgOutputDecoder(new CatalogShapes(sessions, catalog, Set.copyOf(chosen), none, untold, null), start);
    }

    /** It holds no partitioned table. */
    @Override
    public void acceptPartitions(Collection<TableSchema> tables) {}

    @Override
    public boolean tellsAlterations() {
        return false;
    }

    @Override
    public boolean carriesMessages() {
        return PgOutput.carriesMessages(sessions);
    }

    @Override
    public void look() {
        requireComplete(read);
    }

    private List<Long> oids(List<TableId> tables) {
        return control
                .run(
                        "looking at the published tables",
                        ErrorCode.SOURCE_SETTINGS,
                        connection -> ReplicaIdentities.look(connection, tables, Set.of()))
                .stream()
                .map(ReplicaIdentities.Wanted::oid)
                .toList();
    }

    private void requireComplete(List<TableId> tables) {
        List<Long> oids = oids(tables);
        List<String> lacking;
        try (CatalogSession session = CatalogSession.open(sessions)) {
            lacking = PublishedTables.lacking(session, publication, oids);
        }
        if (!lacking.isEmpty()) {
            throw new SyncException(
                    ErrorCode.SOURCE_GAP,
                    "source " + sessions.connection().address() + ": the publication "
                            + Quoting.identifier(publication) + " that the task file names is not complete: "
                            + String.join("; ", lacking)
                            + ". Changes that it does not publish are missing in the stream for good",
                    "Have its owner complete it. If the task has started before and changes were made meanwhile, run clean for this task and start it again.");
        }
    }
}
