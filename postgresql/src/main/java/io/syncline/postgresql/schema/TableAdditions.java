package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns and checks of a definition that a table lacks, by their names; added in the caller's transaction, to which no row of the table may be visible, since a column may have
 * to be NOT NULL.
 */
public final class TableAdditions {

    private final Table definition;
    private final DdlErrors errors;
    private final Connection connection;

    public TableAdditions(Table definition, Sessions sessions, Connection connection) {
        this.definition = definition;
        this.errors = new DdlErrors(sessions);
        this.connection = connection;
    }

    /** The same for the shadow of the table: values for its columns come with every row, so that it needs no sequences and defaults of its own. */
    public TableAdditions of(TableId shadow) {
        return new TableAdditions(
                new Table(
                        shadow,
                        definition.columns().stream().map(TableAdditions::plain).toList(),
                        definition.checks(),
                        definition.unlogged(),
                        definition.storageParameters(),
                        definition.partitioning(),
                        definition.layout()),
                errors,
                connection);
    }

    private TableAdditions(Table definition, DdlErrors errors, Connection connection) {
        this.definition = definition;
        this.errors = errors;
        this.connection = connection;
    }

    private static ColumnDefinition plain(ColumnDefinition column) {
        return new ColumnDefinition(
                column.name(), column.type(), column.collation(), column.notNull(), null, null, column.generated());
    }

    public boolean areNeeded() throws SQLException {
        return !missing().isEmpty();
    }

    /** @throws io.syncline.api.error.SyncException DESTINATION_SCHEMA, DESTINATION_RIGHTS, naming the column */
    public void add() throws SQLException {
        for (Ddl addition : missing()) {
            try (Statement statement = connection.createStatement()) {
                // Braces in defaults are no JDBC escapes.
                statement.setEscapeProcessing(false);
                statement.execute(addition.sql());
            } catch (SQLException e) {
                throw errors.of(e, definition.ref(), addition);
            }
        }
    }

    private List<Ddl> missing() throws SQLException {
        return TableDdl.additions(
                definition,
                names(
                        "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = CAST(? AS regclass) AND attnum > 0 AND NOT attisdropped"),
                names("SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = CAST(? AS regclass)"));
    }

    private Set<String> names(String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, Quoting.table(definition.table()));
            Set<String> names = new HashSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }
    }
}
