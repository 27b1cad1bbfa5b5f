package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.postgresql.catalog.KeyOperators;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the destination's catalog says of the routed tables, asked once per route and session, for a bounded number of routes (T41). */
final class Targets {

    private static final int KEPT = 4096;

    /** A type made by an extension or a user has at least this oid (FirstNormalObjectId in access/transam.h). */
    private static final int FIRST_USER_OID = 16384;

    private final Connection connection;
    private final Dialect dialect;
    /** By the names that tables had when the transaction began. */
    private ApplyRules committed;

    private ApplyRules rules;
    private final Map<TableRoute, Target> known = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TableRoute, Target> eldest) {
            return size() > KEPT;
        }
    };

    private @Nullable Set<String> castByFunction;
    private @Nullable Target last;

    Targets(Connection connection, ApplyRules rules, Dialect dialect) {
        this.dialect = dialect;
        this.committed = rules;
        this.rules = rules;
        this.connection = connection;
    }

    void transactionBegins() {
        rules = committed;
    }

    /** In the present transaction. */
    void renamed(TableId from, TableId to) {
        rules = rules.renamed(from, to);
    }

    void transactionCommitted() {
        committed = rules;
    }

    /** @throws SyncException DESTINATION_SCHEMA when the table is not there */
    @SuppressWarnings("ReferenceEquality") // the common case; others are found by value
    Target of(TableRoute route) throws SQLException {
        Target found = last;
        if (found != null && found.route() == route) {
            return found;
        }
        found = known.get(route);
        if (found == null) {
            found = read(route);
            known.put(route, found);
        }
        last = found;
        return found;
    }

    private record Relation(long oid, String kind) {}

    private Target read(TableRoute route) throws SQLException {
        Relation relation = relation(route);
        Set<String> byFunction = castByFunction();
        boolean byArrays = route.destination().columns().stream()
                .noneMatch(column -> byFunction.contains(column.type().unconstrained()));
        return new Target(
                route,
                rules.of(route.source().table()),
                relation.kind().equals("r") ? "ONLY " : "",
                byArrays,
                operators(route, relation),
                dialect.isDistributed() ? distribution(route, relation) : List.of(),
                new RowStorage(connection, dialect).isAppended(relation.oid())
                        ? new StoredColumns(connection)
                                .of(Quoting.table(route.destination().table()))
                        : List.of());
    }

    /** gp_distribution_policy: the attributes by which rows are distributed; none of a table that is replicated, or whose rows lie anywhere. */
    private List<Integer> distribution(TableRoute route, Relation relation) throws SQLException {
        List<String> names =
                route.destination().columns().stream().map(Column::name).toList();
        List<Integer> distribution = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT a.attname
                  FROM pg_catalog.gp_distribution_policy AS p
                 CROSS JOIN LATERAL unnest(p.distkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
                  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = p.localoid AND a.attnum = k.attnum
                 WHERE p.localoid = ? ORDER BY k.place""")) {
            statement.setLong(1, relation.oid());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    distribution.add(names.indexOf(row.getString(1)));
                }
            }
        }
        return distribution.contains(-1) ? List.of() : distribution;
    }

    private Relation relation(TableRoute route) throws SQLException {
        TableId table = route.destination().table();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT c.oid, c.relkind FROM pg_catalog.pg_class AS c"
                        + " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SyncException(
                                    ErrorCode.DESTINATION_SCHEMA,
                                    "the destination has no table " + table
                                            + " any more; its changes cannot be applied",
                                    "Restore the table, or clean the task and start it anew.")
                            .ofTable(route.source().table());
                }
                return new Relation(row.getLong(1), row.getString(2));
            }
        }
    }

    private List<String> operators(TableRoute route, Relation relation) throws SQLException {
        List<String> key = new ArrayList<>(route.destination().key().columns().stream()
                .map(index -> route.destination().columns().get(index))
                .map(Column::name)
                .toList());
        int columns = key.size();
        if (columns > 0 && route.origin() != null && route.origin().inKey()) {
            key.add(Origin.COLUMN);
        }
        return KeyOperators.equality(connection, relation.oid(), key).subList(0, columns);
    }

    /**
     * Types to which a cast function leads from text that may give another value than the type's input function: what somebody has made, and that to regclass, which
     * knows neither {@code -} nor numbers.
     */
    private Set<String> castByFunction() throws SQLException {
        Set<String> types = castByFunction;
        if (types == null) {
            types = new HashSet<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_catalog.format_type(c.casttarget, -1)"
                            + " FROM pg_catalog.pg_cast AS c WHERE c.castsource = 'pg_catalog.text'::regtype"
                            + " AND c.castmethod = 'f' AND (c.casttarget = 'pg_catalog.regclass'::regtype OR c.oid >= "
                            + FIRST_USER_OID + ")")) {
                while (row.next()) {
                    types.add(row.getString(1));
                }
            }
            castByFunction = types;
        }
        return types;
    }
}
