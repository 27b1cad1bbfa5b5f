package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.message.MessageDecoder;
import io.syncline.postgresql.stream.testdecoding.TestDecodingDecoder;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The plugin that every server has: before 10, and where the role may make no publication ({@link io.syncline.postgresql.catalog.PublishingRight}). It sends all tables of the database, knows nothing of publications, and says neither which table a name meant nor what its
 * replica identity was. So nothing is made at the source but the slot, replica identities are required instead of set, and the tables are looked at while they are read.
 */
final class TestDecoding implements OutputPlugin {

    /** Until a server that was killed in the midst of a change lets its slot go, or says its first word. */
    private static final Duration PATIENCE = Duration.ofSeconds(70);

    private static final String PARTITIONED =
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.oid = ANY (CAST(? AS oid[])) AND c.relkind = 'p' ORDER BY 1";

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final ControlSession control;
    private final ChangeLogName name;
    private final ReplicationSlot slot;
    private @Nullable TableWatch watch;

    TestDecoding(
            Sessions sessions,
            CatalogReader catalog,
            ControlSession control,
            ChangeLogName name,
            ReplicationSlot slot) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.control = control;
        this.name = name;
        this.slot = slot;
    }

    @Override
    public String name() {
        return "test_decoding";
    }

    /** They always export one. */
    @Override
    public String exporting() {
        return "";
    }

    @Override
    public void prepare(List<TableId> tables, Set<TableId> whole) {
        ReplicaIdentities.require(control, tables, whole);
        requireUnpartitioned(tables);
    }

    /** It needs nothing besides the slot. */
    @Override
    public void requireSince(ChangeLogName slot, List<TableId> tables) {}

    @Override
    public void extend(List<TableId> tables, Set<TableId> whole) {
        prepare(tables, whole);
    }

    /** The log holds all tables in any case. */
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

    /** Beyond our position the server would skip what lies between, without a word (T17). */
    @Override
    public void requireIntact(Lsn ledger) {
        if (sessions.serverVersion() >= ServerRelease.TELLS_OF_ITSELF) {
            return;
        }
        slot.free(PATIENCE);
        Lsn confirmed = confirmed()
                .orElseThrow(
                        () -> gap("does not tell up to where it was confirmed, so that a gap cannot be ruled out"));
        if (confirmed.compareTo(ledger) > 0) {
            throw gap("has let go of its log up to " + confirmed + ", but the destination holds changes only up to "
                    + ledger + ": the destination was restored, or failed over to a server that lacked them");
        }
    }

    private Optional<Lsn> confirmed() {
        try {
            return ConfirmedPlace.ask(sessions, name, options(), PATIENCE);
        } catch (SQLException e) {
            throw sessions.errors().of(e, "asking up to where slot " + name + " was confirmed", ErrorCode.SOURCE_GAP);
        }
    }

    /** Where a commit begins is not printed (T26). */
    @Override
    public void requireExactSnapshots() {
        throw new SyncException(
                ErrorCode.SOURCE_SETTINGS,
                "source " + sessions.connection().address()
                        + ": the log is read through test_decoding, of whose transactions nothing tells whether a later snapshot holds them:"
                        + " no table can be loaded anew beside the stream",
                "Run clean for this task and start it again.");
    }

    @Override
    public boolean hasExactSnapshots() {
        return false;
    }

    /** Empty transactions are sent, so that every message is inside of one and positions move with each. */
    @Override
    public String options() {
        return "(\"include-xids\" 'on', \"include-timestamp\" 'on', \"skip-empty-xacts\" 'off', \"force-binary\" 'off')";
    }

    private SyncException gap(String what) {
        return new SyncException(
                ErrorCode.SOURCE_GAP,
                "source " + sessions.connection().address() + ": the replication slot " + name + " " + what,
                "Run heal for this task: it begins at a new position and writes the rows that differ. Until then the destination stays as it is.");
    }

    @Override
    public MessageDecoder decoder(Lsn start, Collection<TableSchema> tables) {
        List<TableId> chosen = tables.stream().map(TableSchema::table).toList();
        ReplicaIdentities.require(control, chosen, Set.of());
        watch = TableWatch.begin(control, chosen);
        return new TestDecodingDecoder(new CatalogPrintedTables(sessions, catalog, chosen));
    }

    /** What is printed of a partition tells neither its table, nor that it was attached or detached, which only a publication's note could hold (T9). */
    private void requireUnpartitioned(List<TableId> tables) {
        control.run("looking for partitioned tables", ErrorCode.SOURCE_SETTINGS, connection -> {
            try (PreparedStatement query = connection.prepareStatement(PARTITIONED)) {
                query.setString(
                        1,
                        CatalogSession.oids(ReplicaIdentities.look(connection, tables, Set.of()).stream()
                                .map(ReplicaIdentities.Wanted::oid)
                                .toList()));
                try (ResultSet row = query.executeQuery()) {
                    if (row.next()) {
                        throw new SyncException(
                                ErrorCode.SOURCE_SETTINGS,
                                "source: the log is read through test_decoding, which does not tell of which table "
                                        + row.getString(1) + "'s partitions are; their rows could not be carried",
                                "Let the role make a publication: GRANT CREATE ON DATABASE, and make it the owner of the tables or a member of their owner.");
                    }
                    return tables;
                }
            }
        });
    }

    /** It reads no partitioned table. */
    @Override
    public void acceptPartitions(Collection<TableSchema> tables) {}

    /** A message of the log would come, but what is printed before it has already the columns of the moment of its reading. */
    @Override
    public boolean tellsAlterations() {
        return false;
    }

    @Override
    public boolean carriesMessages() {
        return sessions.serverVersion() >= ServerRelease.TELLS_OF_ITSELF;
    }

    @Override
    public void look() {
        TableWatch watching = watch;
        if (watching != null) {
            watching.requireUnchanged();
        }
    }
}
