package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules.TableRules;
import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TextForm;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A destination table as statements need it: the route to it and what the server's catalog says of it. Compared by identity; lives as long as the session. */
final class Target {

    private final TableRoute route;
    private final TableRules rules;
    private final String only;
    private final boolean byArrays;
    private final List<Integer> key;
    private final List<String> keyOperators;
    private final List<Integer> writable;
    private final List<Integer> distribution;
    private final List<String> rewritten;

    /**
     * @param rules what becomes of conflicts
     * @param only {@code ONLY }, or empty for a partitioned table, whose rows lie in others
     * @param byArrays whether each column's type may be reached by a cast from text, which must be its input function
     * @param keyOperators the equality operator of each key column's index
     * @param distribution indexes of the columns by which the server distributes the rows; empty where it does not, or not by columns
     * @param rewritten quoted names of all columns that are not generated, where a changed row is deleted and inserted instead of updated; else empty
     */
    Target(
            TableRoute route,
            TableRules rules,
            String only,
            boolean byArrays,
            List<String> keyOperators,
            List<Integer> distribution,
            List<String> rewritten) {
        this.distribution = List.copyOf(distribution);
        this.rewritten = List.copyOf(rewritten);
        this.rules = rules;
        this.route = route;
        this.only = only;
        this.byArrays = byArrays;
        this.key = route.destination().key().columns();
        this.keyOperators = List.copyOf(keyOperators);
        List<Column> columns = route.destination().columns();
        this.writable = IntStream.range(0, columns.size())
                .filter(column -> !columns.get(column).generated())
                .boxed()
                .toList();
    }

    TableRoute route() {
        return route;
    }

    TableRules rules() {
        return rules;
    }

    /** Whether an image of these columns is not enough to know the row, which may not have been loaded (T25). */
    boolean rereads(List<Integer> columns) {
        return rules.rereads() && !isComplete(columns);
    }

    /** For people. */
    String label() {
        return route.destination().table().toString();
    }

    /** The quoted name, as COPY and INSERT take it. */
    String name() {
        return Quoting.table(route.destination().table());
    }

    /** The quoted name with ONLY, since rows of inheriting tables are not this table's. */
    String rows() {
        return only + name();
    }

    boolean byArrays() {
        return byArrays;
    }

    /** Whether rows of other source tables are in the table. */
    boolean isMerged() {
        return route.origin() != null;
    }

    /** What is true of the rows of this source table only, with AND before it; empty where all rows are. */
    String andOwn(String alias) {
        Origin origin = route.origin();
        return origin == null ? "" : " AND " + OriginSql.isOwn(origin, alias);
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    /** Indexes of the destination's key columns, in key order. */
    List<Integer> key() {
        return key;
    }

    /** Indexes of the columns whose values say on which segment a row lies. */
    List<Integer> distribution() {
        return distribution;
    }

    /** Whether changed rows are deleted and inserted: append-optimised tables of Greenplum fail where a transaction updates a row twice. */
    boolean isRewritten() {
        return !rewritten.isEmpty();
    }

    /** The columns of a rewritten row, those that only the destination has among them. */
    List<String> rewritten() {
        return rewritten;
    }

    String keyOperator(int keyColumn) {
        return keyOperators.get(keyColumn);
    }

    /** Indexes of all columns that are written; generated ones are not. */
    List<Integer> writable() {
        return writable;
    }

    boolean isComplete(List<Integer> columns) {
        return columns.size() >= writable.size() && columns.containsAll(writable);
    }

    /** {@code columns} without generated ones and, unless their text may change while their value does not, without the key. */
    List<Integer> settable(List<Integer> columns, boolean keepKey) {
        return columns.stream()
                .filter(column -> !column(column).generated())
                .filter(column -> keepKey || !key.contains(column))
                .toList();
    }

    /** What an upsert sets in a row of the same key: of the key only columns whose equal values may print differently (numeric 1.0 and 1.00). */
    List<Integer> replaceable() {
        return writable.stream()
                .filter(column -> !key.contains(column) || column(column).type().textForm() != TextForm.UNIQUE)
                .toList();
    }

    Column column(int destinationColumn) {
        return route.destination().columns().get(destinationColumn);
    }

    String columnName(int destinationColumn) {
        return Quoting.identifier(column(destinationColumn).name());
    }

    /** Staging and array elements have this type: the assignment from it checks lengths instead of cutting (T16). */
    String unconstrained(int destinationColumn) {
        return column(destinationColumn).type().unconstrained();
    }

    int source(int destinationColumn) {
        return route.sourceColumn(destinationColumn);
    }

    /** Whether the change keeps the row's key, byte for byte. */
    boolean keepsKey(Row before, Row image) {
        for (int column : key) {
            if (!sameValue(before, image, source(column))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValue(Row one, Row other, int column) {
        if (!other.isPresent(column)) {
            return true;
        }
        int length = one.length(column);
        return length == other.length(column)
                && (length <= 0
                        || Arrays.equals(
                                one.page(),
                                one.offset(column),
                                one.offset(column) + length,
                                other.page(),
                                other.offset(column),
                                other.offset(column) + length));
    }

    /** The names of the key's columns, for messages. */
    String keyNames() {
        return "(" + String.join(", ", key.stream().map(k -> column(k).name()).toList()) + ")";
    }
}
