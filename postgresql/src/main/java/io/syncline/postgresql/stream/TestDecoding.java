package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.ReplicaIdentities.Wanted;
import io.syncline.postgresql.stream.message.MessageDecoder;
import io.syncline.postgresql.stream.testdecoding.TestDecodingDecoder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Before 10: the plugin that every server has. It sends all tables of the database, knows nothing of publications, and says neither which table a name meant nor what its
 * replica identity was. So nothing is made at the source but the slot, replica identities are required instead of set, and the tables are looked at while they are read.
 */
final class TestDecoding implements OutputPlugin {

    /** Until a server that was killed in the midst of a change lets its slot go, or says its first word. */
    private static final Duration PATIENCE = Duration.ofSeconds(70);

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
        requireIdentities(tables, whole);
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
        requireIdentities(chosen, Set.of());
        watch = TableWatch.begin(control, chosen);
        return new TestDecodingDecoder(new CatalogPrintedTables(sessions, catalog, chosen));
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

    /** Former settings could be kept nowhere at the source, where a publication has a comment for them. */
    private void requireIdentities(List<TableId> tables, Set<TableId> whole) {
        List<Wanted> lacking = control
                .run(
                        "looking at replica identities",
                        ErrorCode.SOURCE_SETTINGS,
                        connection -> ReplicaIdentities.look(connection, tables, whole))
                .stream()
                .filter(table -> table.lacking().isPresent())
                .toList();
        if (!lacking.isEmpty()) {
            TableId table = lacking.getFirst().table();
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "source: the log does not tell the rows of " + table
                            + (whole.contains(table)
                                    ? ", which has a filter or computed columns, as a whole"
                                    : " apart")
                            + (lacking.size() == 1 ? "" : ", nor those of " + (lacking.size() - 1) + " more tables")
                            + "; their updates and deletes could not be carried",
                    "ALTER TABLE " + Quoting.table(table) + " REPLICA IDENTITY FULL;");
        }
    }
}
