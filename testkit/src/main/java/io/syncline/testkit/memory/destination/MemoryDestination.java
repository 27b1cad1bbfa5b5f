package io.syncline.testkit.memory.destination;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Key;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Loader;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.RowShaper;
import io.syncline.api.port.SchemaWriter;
import io.syncline.api.port.ShapedDigests;
import io.syncline.api.port.Upkeep;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.table.MemoryDigests;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process's way to a {@link MemoryStore}. When it ends, so do its transactions, but for those whose COMMIT was sent. */
public final class MemoryDestination implements Destination {

    private static final String DATABASE = "copy";

    private final MemoryStore store;
    private final Interference interference;
    private final List<StoreSession> sessions = new ArrayList<>();
    private final StoreSession session;

    /** @param application whose session this is, {@code syncline <task id>} */
    public MemoryDestination(MemoryStore store, String application, Interference interference) {
        this.store = store;
        this.interference = interference;
        this.session = session();
        store.connected(this, application);
    }

    private StoreSession session() {
        StoreSession made = new StoreSession(store, interference);
        sessions.add(made);
        return made;
    }

    boolean hasOpenTransaction() {
        return sessions.stream().anyMatch(StoreSession::hasOpenTransaction);
    }

    @Override
    public String address() {
        return "memory://" + DATABASE;
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    /** Nothing lies between a process and its memory. */
    @Override
    public Connectivity connectivity(InstantSource clock) {
        throw new UnsupportedOperationException("there is no way to memory that could be measured");
    }

    @Override
    public String database() {
        return DATABASE;
    }

    @Override
    public CatalogReader catalog() {
        return new CatalogReader() {
            @Override
            public List<TableInfo> tables(Predicate<TableId> wanted) {
                return session.call(
                        PortCall.DESTINATION_CATALOG,
                        () -> store.all().stream()
                                .filter(table -> wanted.test(table.id()))
                                .map(table -> new TableInfo(
                                        schema(table), table.rows().size(), 0, false))
                                .toList());
            }

            @Override
            public Optional<TableSchema> table(TableId id) {
                return session.call(
                        PortCall.DESTINATION_CATALOG,
                        () -> Optional.ofNullable(store.find(id)).map(MemoryDestination::schema));
            }
        };
    }

    private static TableSchema schema(StoreTable table) {
        return new TableSchema(table.id(), 0, table.columns(), Key.NONE);
    }

    @Override
    public Ledger ledger() {
        return new MemoryLedger(store, this, session);
    }

    @Override
    public Writers writers(Lease lease, CrashMarks marks) {
        return new Writers() {
            @Override
            public SchemaWriter schema() {
                return new MemorySchemaWriter(store, session(), lease, marks);
            }

            @Override
            public Loader loader(FormerRows former) {
                if (former instanceof FormerRows.Kept) {
                    throw new UnsupportedOperationException("the destination in memory keeps no rows of others");
                }
                return new MemoryLoader(store, session(), lease);
            }

            @Override
            public Applier applier(StreamId stream, ApplyRules rules) {
                requireReporting(rules);
                return new MemoryApplier(store, session(), lease, stream);
            }
        };
    }

    /** Tables in memory are nobody else's: a conflict there is a mistake that must be seen. */
    private static void requireReporting(ApplyRules rules) {
        if (rules.tables().values().stream()
                .anyMatch(table -> table.conflicts() != ConflictPolicy.REPORT || table.badValues() != BadValues.STOP)) {
            throw new UnsupportedOperationException("the destination in memory only reports conflicts and bad values");
        }
    }

    @Override
    public DigestReader digests() {
        return new MemoryDigests(
                table -> new MemoryDigests.Rows(store.table(table).columns(), store.rows(table)));
    }

    /** Nothing in memory evaluates SQL. */
    @Override
    public RowShaper shaper() {
        return new RowShaper() {
            @Override
            public List<@Nullable Row> shape(TableRoute route, List<Row> rows) {
                throw new UnsupportedOperationException("SQL expressions in memory");
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ShapedDigests shapedDigests() {
        return new ShapedDigests() {
            @Override
            public DigestReader of(TableRoute route, Supplier<@Nullable CopyPage> pages) {
                throw new UnsupportedOperationException("SQL expressions in memory");
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<Right> rights(PrecheckScope scope) {
        return List.of();
    }

    @Override
    public SchemaPlan fit(SchemaPlan plan) {
        return plan;
    }

    @Override
    public String statement(SchemaObject object) {
        return "make " + object.ref();
    }

    @Override
    public List<PrecheckItem> prechecks(PrecheckScope scope) {
        return List.of();
    }

    /** Tables in memory have no triggers. */
    @Override
    public void requireQuiet(Collection<TableId> tables) {}

    @Override
    public Optional<Upkeep> upkeep() {
        return store.upkeep()
                .map(upkeep -> asked -> session().call(PortCall.DEAD_ROWS_READ, () -> upkeep.deadRows(asked)));
    }

    @Override
    public void close() {
        store.disconnected(this);
        sessions.forEach(StoreSession::end);
    }
}
