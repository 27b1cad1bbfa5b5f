package io.syncline.testkit.memory.destination;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Lease;
import io.syncline.api.port.SchemaWriter;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.table.MemoryType;
import java.util.Arrays;
import java.util.List;

/** Makes tables and unique constraints. Objects of other kinds have nothing to make here. */
final class MemorySchemaWriter implements SchemaWriter {

    private final MemoryStore store;
    private final StoreSession session;
    private final Lease lease;
    private final CrashMarks marks;

    MemorySchemaWriter(MemoryStore store, StoreSession session, Lease lease, CrashMarks marks) {
        this.store = store;
        this.session = session;
        this.lease = lease;
        this.marks = marks;
    }

    @Override
    public Outcome create(SchemaObject object) {
        if (session.call(PortCall.LEDGER_READ, () -> store.prove(lease).made.contains(object.ref()))) {
            return Outcome.ALREADY_OURS;
        }
        switch (object.phase()) {
            case KEYS, INDEXES, FOREIGN_KEYS -> marks.reach(CrashMarks.Mark.INDEX_BUILDING);
            case BEFORE_LOAD -> marks.reach(CrashMarks.Mark.OBJECT_CREATING);
            case DEPENDENTS, FINISH -> {}
        }
        session.commit(PortCall.OBJECT_CREATE, () -> {
            StoreTransaction transaction = session.begin(lease);
            transaction.onCommit(() -> {
                make(object);
                store.task(lease.task()).made.addFirst(object.ref());
            });
            return transaction;
        });
        return Outcome.CREATED;
    }

    /** Nobody drops a table here. */
    @Override
    public Outcome createAgain(SchemaObject object) {
        return create(object);
    }

    private void make(SchemaObject object) {
        switch (object) {
            case SchemaObject.Table table -> make(table);
            case SchemaObject.KeyConstraint key -> make(key);
            case SchemaObject.Namespace _,
                    SchemaObject.EnumType _,
                    SchemaObject.DomainType _,
                    SchemaObject.CompositeType _,
                    SchemaObject.RangeType _,
                    SchemaObject.Sequence _,
                    SchemaObject.Index _,
                    SchemaObject.LateCheck _,
                    SchemaObject.ForeignKey _,
                    SchemaObject.SequenceOwner _,
                    SchemaObject.SequenceValue _,
                    SchemaObject.Comment _,
                    SchemaObject.Role _,
                    SchemaObject.Grants _,
                    SchemaObject.Definition _,
                    SchemaObject.Action _ -> {}
        }
    }

    private void make(SchemaObject.Table table) {
        if (store.find(table.table()) != null) {
            throw new SyncException(
                    ErrorCode.DESTINATION_OBJECT_EXISTS, table.table() + " is there already", "Drop it.");
        }
        List<Column> columns = table.columns().stream()
                .map(column -> new Column(
                        column.name(), MemoryType.named(column.type()).columnType(), !column.notNull(), false))
                .toList();
        store.create(new StoreTable(table.table(), columns));
    }

    private void make(SchemaObject.KeyConstraint key) {
        StoreTable table = store.table(key.table());
        String definition = key.definition();
        String names = definition.substring(definition.indexOf('(') + 1, definition.indexOf(')'));
        List<Integer> columns = Arrays.stream(names.split(", ", -1))
                .map(name -> table.columns().stream().map(Column::name).toList().indexOf(name))
                .toList();
        try {
            table.add(new StoreTable.Unique(key.name(), columns));
        } catch (UniqueViolation e) {
            throw new SyncException(
                    ErrorCode.DESTINATION_SCHEMA, String.valueOf(e.getMessage()), "Look at the rows.", e);
        }
    }

    @Override
    public Outcome enforce(SchemaObject object) {
        return create(object);
    }

    @Override
    public void analyze(TableId table) {
        session.run(PortCall.LEDGER_READ, () -> store.table(table));
    }

    @Override
    public List<ObjectRef> made() {
        return session.call(PortCall.LEDGER_READ, () -> List.copyOf(store.prove(lease).made));
    }

    @Override
    public void close() {
        session.end();
    }
}
