package io.syncline.engine.simulation;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.testkit.memory.source.MemoryServer;
import io.syncline.testkit.memory.source.SourceTransaction;
import io.syncline.testkit.memory.source.StoredRow;
import io.syncline.testkit.memory.source.TableDefinition;
import io.syncline.testkit.memory.table.Cells;
import java.time.InstantSource;
import java.util.List;

/** Applications at the source: each call commits one transaction that does what applications do, the unpleasant things above all. */
final class Writers {

    private final Chance chance;
    private final Tables tables;
    private final MemoryServer server;
    private final InstantSource clock;

    Writers(Chance chance, Tables tables, MemoryServer server, InstantSource clock) {
        this.chance = chance;
        this.tables = tables;
        this.server = server;
        this.clock = clock;
    }

    Position commitOne() {
        StreamId stream = chance.pick(tables.streams());
        SourceTransaction transaction = server.begin(stream);
        int statements = chance.oneIn(8) ? chance.between(20, 60) : chance.between(1, 5);
        for (int i = 0; i < statements; i++) {
            TableDefinition table = chance.pick(tables.of(stream));
            write(transaction, table);
        }
        return transaction.commit(clock.instant());
    }

    private void write(SourceTransaction transaction, TableDefinition table) {
        TableId id = table.id();
        List<StoredRow> rows = transaction.rows(id);
        int kind = chance.between(0, 99);
        if (rows.isEmpty() || kind < 30) {
            insert(transaction, id);
        } else if (kind < 60) {
            update(transaction, table, chance.pick(rows));
        } else if (kind < 75) {
            move(transaction, table, chance.pick(rows));
        } else if (kind < 88) {
            transaction.delete(id, chance.pick(rows));
        } else if (kind < 92) {
            StoredRow row = chance.pick(rows);
            transaction.delete(id, row);
            transaction.insert(id, row.cells());
        } else if (kind < 98) {
            shift(transaction, table, rows);
        } else if (chance.oneIn(3)) {
            transaction.truncate(
                    chance.oneIn(2)
                            ? List.of(id)
                            : tables.of(table.stream()).stream()
                                    .map(TableDefinition::id)
                                    .toList());
        }
    }

    private void insert(SourceTransaction transaction, TableId table) {
        Cells row = tables.row(table);
        if (transaction.isFree(table, row, null)) {
            transaction.insert(table, row);
        }
    }

    /** Some of the columns that are not the key's. */
    private void update(SourceTransaction transaction, TableDefinition table, StoredRow row) {
        Cells news = tables.row(table.id());
        Cells after = row.cells();
        for (int column : Tables.others(table.schema())) {
            if (chance.oneIn(3)) {
                after = after.with(column, news.get(column));
            }
        }
        change(transaction, table, row, after);
    }

    /** The key, or only the way in which it is written; sometimes other columns too. */
    private void move(SourceTransaction transaction, TableDefinition table, StoredRow row) {
        Cells news = tables.row(table.id());
        Cells after = row.cells();
        for (int column = 0; column < after.size(); column++) {
            if (table.schema().key().columns().contains(column) || chance.oneIn(4)) {
                after = after.with(column, news.get(column));
            }
        }
        change(transaction, table, row, after);
    }

    /** Rows take each other's place under a unique constraint, through a free one. */
    private void shift(SourceTransaction transaction, TableDefinition table, List<StoredRow> rows) {
        TableSchema schema = table.schema();
        if (rows.size() < 2 || (table.unique().isEmpty() && !schema.key().exists())) {
            return;
        }
        int column = table.unique().isEmpty()
                ? schema.key().columns().getFirst()
                : table.unique().getFirst();
        StoredRow one = rows.getFirst();
        StoredRow other = rows.getLast();
        String first = one.cells().get(column);
        String second = other.cells().get(column);
        Cells aside = one.cells().with(column, "99");
        if (!transaction.isFree(table.id(), aside, one)) {
            return;
        }
        StoredRow parked = transaction.update(table.id(), one, aside);
        change(transaction, table, other, other.cells().with(column, first));
        StoredRow back = change(transaction, table, parked, parked.cells().with(column, second));
        if (back.equals(parked)) {
            transaction.delete(table.id(), parked);
        }
    }

    private static StoredRow change(SourceTransaction transaction, TableDefinition table, StoredRow row, Cells after) {
        return transaction.isFree(table.id(), after, row) ? transaction.update(table.id(), row, after) : row;
    }
}
