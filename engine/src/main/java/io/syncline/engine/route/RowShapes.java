package io.syncline.engine.route;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.task.ComputedColumn;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.SqlExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a rule's filter and computed columns come to for one table. */
final class RowShapes {

    private final TableSchema source;
    private final ObjectRule rule;
    private final Map<Integer, SqlExpression> computed = new HashMap<>();

    RowShapes(TableSchema source, ObjectRule rule) {
        this.source = source;
        this.rule = rule;
    }

    /** The column of a name as the destination has it, or will have it. */
    interface Placement {
        Column of(String name, Column wanted);
    }

    /**
     * Puts computed columns in the place of carried ones of their name, or behind them.
     *
     * @param columns of the destination so far
     * @param fedBy source columns that feed them
     */
    void computed(Placement placement, List<Column> columns, List<Integer> fedBy) {
        rule.computed().forEach((name, value) -> {
            int at = columns.stream().map(Column::name).toList().indexOf(name);
            if (at >= 0) {
                requireNoKey(fedBy.get(at));
            }
            Column wanted = new Column(name, type(value, at < 0 ? null : columns.get(at)), true, false);
            if (at < 0) {
                computed.put(columns.size(), value.value());
                columns.add(placement.of(name, wanted));
                fedBy.add(TableRoute.COMPUTED);
            } else {
                computed.put(at, value.value());
                columns.set(at, placement.of(name, wanted));
                fedBy.set(at, TableRoute.COMPUTED);
            }
        });
    }

    /** Two source rows could become one. */
    private void requireNoKey(int column) {
        if (source.key().columns().contains(column)) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "objects: the column " + source.columns().get(column).name() + " of " + source.table()
                            + " is part of its key, and cannot be computed: different rows could get the same key",
                    "Carry the key as it is; compute a column of another name and leave out what must not be seen.");
        }
    }

    private static ColumnType type(ComputedColumn value, @Nullable Column replaced) {
        String type = value.type();
        if (type == null && replaced != null) {
            return replaced.type();
        }
        String name = type == null ? "text" : type;
        return new ColumnType(name, unconstrained(name), 0, TextForm.OPAQUE);
    }

    /** As the server's catalog prints the type without a length: a plain {@code character} or {@code bit} would be one of length 1. */
    private static String unconstrained(String type) {
        String bare = type.replaceAll(" ?\\([0-9, ]+\\)", "");
        String element = bare.replaceAll("\\[]", "");
        String arrays = bare.substring(element.length());
        return switch (element) {
            case "char", "character" -> "bpchar" + arrays;
            case "bit" -> "\"bit\"" + arrays;
            default -> bare;
        };
    }

    /** Null when rows are written as they are. */
    @Nullable
    Shaping of(List<Column> columns, List<Integer> fedBy) {
        if (rule.filter() == null && computed.isEmpty()) {
            return null;
        }
        TreeSet<Integer> reads = new TreeSet<>(fedBy);
        reads.remove(TableRoute.COMPUTED);
        List<SqlExpression> expressions = new ArrayList<>(computed.values());
        if (rule.filter() != null) {
            expressions.add(rule.filter());
        }
        for (int i = 0; i < source.columns().size(); i++) {
            Column column = source.columns().get(i);
            if (!column.generated()
                    && expressions.stream().anyMatch(expression -> expression.mentions(column.name()))) {
                reads.add(i);
            }
        }
        return new Shaping(rule.filter(), computed, List.copyOf(reads));
    }
}
