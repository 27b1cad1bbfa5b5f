package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Generated;
import io.syncline.api.schema.SchemaObject.Identity;
import io.syncline.api.schema.SchemaObject.NamedCheck;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.postgresql.schema.Ddl.Place;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes CREATE TABLE. */
final class TableDdl {

    private final StringBuilder sql = new StringBuilder();
    private final List<Place> places = new ArrayList<>();

    Ddl of(Table table, Dialect dialect) {
        sql.append(table.unlogged() ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ")
                .append(Quoting.table(table.table()))
                .append(" (");
        String separator = "";
        for (ColumnDefinition column : table.columns()) {
            sql.append(separator);
            places.add(new Place(sql.length(), "column " + column.name()));
            column(column, table);
            separator = ", ";
        }
        for (NamedCheck check : table.checks()) {
            sql.append(separator);
            places.add(new Place(sql.length(), "check " + check.name()));
            sql.append("CONSTRAINT ")
                    .append(Quoting.identifier(check.name()))
                    .append(' ')
                    .append(check.definition());
            separator = ", ";
        }
        sql.append(')');
        Partitioning partitioning = table.partitioning();
        if (partitioning.key() != null) {
            places.add(new Place(sql.length(), "partition key"));
            sql.append(" PARTITION BY ").append(partitioning.key());
        }
        places.add(new Place(sql.length(), "storage parameters"));
        List<String> parameters = new ArrayList<>();
        table.storageParameters().forEach(parameter -> parameters.add(StorageParameter.sql(parameter)));
        if (table.layout().storage() != null) {
            sql.append(LayoutDdl.accessMethod(table.layout().storage(), dialect));
            parameters.addAll(LayoutDdl.parameters(table.layout().storage(), dialect));
        }
        if (!parameters.isEmpty()) {
            sql.append(" WITH (").append(String.join(", ", parameters)).append(')');
        }
        if (dialect.isDistributed()) {
            places.add(new Place(sql.length(), "distribution"));
            sql.append(LayoutDdl.distribution(table.layout()));
        }
        TableId parent = partitioning.parent();
        if (parent != null) {
            places.add(new Place(sql.length(), "partition bound"));
            // Made by itself and attached, so that it keeps the order of its columns and what else is its own.
            sql.append("; ALTER TABLE ")
                    .append(Quoting.table(parent))
                    .append(" ATTACH PARTITION ")
                    .append(Quoting.table(table.table()))
                    .append(' ')
                    .append(partitioning.bound());
        }
        return Ddl.of(sql.toString(), places);
    }

    /** ALTER TABLE for what is not there of columns and checks, by their names; those of a partition come with its table's. */
    static List<Ddl> additions(Table table, Set<String> columns, Set<String> checks) {
        if (table.partitioning().parent() != null) {
            return List.of();
        }
        List<Ddl> additions = new ArrayList<>();
        for (ColumnDefinition column : table.columns()) {
            if (!columns.contains(column.name())) {
                additions.add(new TableDdl().addition(column, table));
            }
        }
        for (NamedCheck check : table.checks()) {
            if (!checks.contains(check.name())) {
                additions.add(Ddl.of("ALTER TABLE " + Quoting.table(table.table()) + " ADD CONSTRAINT "
                        + Quoting.identifier(check.name()) + " " + check.definition()));
            }
        }
        return additions;
    }

    private Ddl addition(ColumnDefinition column, Table table) {
        sql.append("ALTER TABLE ").append(Quoting.table(table.table())).append(" ADD COLUMN ");
        places.add(new Place(sql.length(), "column " + column.name()));
        column(column, table);
        return Ddl.of(sql.toString(), places);
    }

    private void column(ColumnDefinition column, Table table) {
        sql.append(Quoting.identifier(column.name())).append(' ').append(column.type());
        if (column.collation() != null) {
            sql.append(" COLLATE ").append(column.collation());
        }
        if (column.defaultExpression() != null) {
            sql.append(" DEFAULT ").append(column.defaultExpression());
        }
        Generated generated = column.generated();
        if (generated != null) {
            sql.append(" GENERATED ALWAYS AS (")
                    .append(generated.expression())
                    .append(generated.stored() ? ") STORED" : ") VIRTUAL");
        }
        Identity identity = column.identity();
        if (identity != null) {
            // T43: GENERATED ALWAYS refuses the values that we bring, so the column is BY DEFAULT until cutover.
            sql.append(" GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME ")
                    .append(Quoting.qualified(
                            table.table().schema(), identity.sequence().name()))
                    .append(sequenceOptions(identity.sequence()))
                    .append(')');
        }
        if (column.notNull()) {
            sql.append(" NOT NULL");
        }
    }

    /** What CREATE SEQUENCE and an identity column have in common. */
    static String sequenceOptions(Sequence sequence) {
        return " INCREMENT BY " + sequence.increment() + " MINVALUE " + sequence.minimum() + " MAXVALUE "
                + sequence.maximum() + " START WITH " + sequence.start() + " CACHE " + sequence.cache()
                + (sequence.cycle() ? " CYCLE" : " NO CYCLE");
    }
}
