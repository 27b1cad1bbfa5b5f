package io.syncline.cli.output;

import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.task.Operation;
import io.syncline.engine.route.RoutePlan.Planned;
import io.syncline.engine.task.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A task's plan for people. */
public final class ExplainText {

    private ExplainText() {}

    public static List<String> lines(Explanation plan) {
        List<String> lines = new ArrayList<>();
        lines.add("Task " + plan.task().name()
                + (plan.isNew()
                        ? ", not started yet; " + Explanation.UNKNOWN_ID
                                + " stands for the id that its first start makes"
                        : ", id " + plan.task().id()));
        lines.add("  from " + plan.ends().source());
        lines.add("  to   " + plan.ends().destination());
        plan.notices().forEach(notice -> lines.add("  note: " + notice));
        lines.add("");
        lines.add(total(plan));
        plan.tables().forEach(table -> add(table, lines));
        addStatements("Made at the source, in this order", plan.atSource(), lines);
        for (Phase phase : Phase.values()) {
            addStatements(
                    "Made at the destination, " + words(phase),
                    plan.atDestination().stream()
                            .filter(made -> made.phase() == phase && !made.isLeftOut())
                            .map(Explanation.Made::statement)
                            .toList(),
                    lines);
        }
        List<LeftOut> leftOut = plan.allLeftOut();
        if (!leftOut.isEmpty()) {
            lines.add("");
            lines.add("Not carried:");
            leftOut.forEach(left -> lines.add("  " + left));
        }
        return lines;
    }

    private static String total(Explanation plan) {
        long bytes = plan.tables().stream()
                .mapToLong(table -> table.planned().info().bytes())
                .sum();
        long chunks =
                plan.tables().stream().mapToLong(Explanation.Table::chunks).sum();
        return Amounts.count(plan.tables().size()) + " tables, " + Amounts.bytes(bytes)
                + (chunks == 0
                        ? "; rows are not copied"
                        : ", copied in about " + Amounts.count(chunks) + " chunks, " + plan.workers() + " at once");
    }

    private static void add(Explanation.Table table, List<String> lines) {
        Planned planned = table.planned();
        TableRoute route = planned.route();
        lines.add("");
        lines.add(route.source().table() + " -> " + route.destination().table());
        long rows = planned.info().estimatedRows();
        lines.add("    " + (rows < 0 ? "rows not known" : "about " + Amounts.count(rows) + " rows") + ", "
                + Amounts.bytes(planned.info().bytes())
                + (table.chunks() == 0 ? "" : ", chunks: " + Amounts.count(table.chunks())) + "; "
                + key(route.destination()));
        Origin origin = route.origin();
        if (origin != null) {
            lines.add("    merged: " + Origin.COLUMN + (origin.inKey() ? ", part of the key," : "") + " <- "
                    + origin.value());
        }
        if (planned.operations().size() < Operation.values().length) {
            lines.add("    carries only: "
                    + planned.operations().stream()
                            .sorted()
                            .map(operation -> operation.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")));
        }
        int width = route.source().columns().stream()
                .mapToInt(
                        column -> column.name().length() + column.type().name().length() + 1)
                .max()
                .orElse(0);
        for (int i = 0; i < route.source().columns().size(); i++) {
            Column column = route.source().columns().get(i);
            String there = destination(route, i);
            String here = column.name() + " " + column.type().name();
            lines.add("    " + here + " ".repeat(width - here.length()) + "  "
                    + (there.isEmpty()
                            ? column.generated() ? "computed by the destination" : "not carried"
                            : "-> " + there));
        }
        Shaping shaping = route.shaping();
        if (shaping != null) {
            shaping.computed().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(computed -> {
                        Column column = route.destination().columns().get(computed.getKey());
                        lines.add("    " + column.name() + " " + column.type().name() + " <- "
                                + computed.getValue().text());
                    });
            if (shaping.filter() != null) {
                lines.add("    only rows for which: " + shaping.filter().text());
            }
        }
    }

    /** The destination's column that a source column feeds, or nothing. */
    private static String destination(TableRoute route, int source) {
        int at = route.sourceColumns().indexOf(source);
        if (at < 0) {
            return "";
        }
        Column column = route.destination().columns().get(at);
        return column.name() + " " + column.type().name();
    }

    private static String key(TableSchema table) {
        return table.key().exists()
                ? "key: "
                        + table.key().columns().stream()
                                .map(index -> table.columns().get(index).name())
                                .collect(Collectors.joining(", "))
                : "no key: rows are found by all of their values";
    }

    private static void addStatements(String title, List<String> statements, List<String> lines) {
        if (!statements.isEmpty()) {
            lines.add("");
            lines.add(title + ":");
            statements.forEach(statement -> lines.add("  " + statement.replace("\n", "\n  ") + ";"));
        }
    }

    static String words(Phase phase) {
        return switch (phase) {
            case BEFORE_LOAD -> "before rows are copied";
            case KEYS -> "as soon as a table's rows are copied";
            case INDEXES -> "after all rows are copied";
            case FOREIGN_KEYS -> "after all indexes";
            case DEPENDENTS -> "after all that rows need";
            case FINISH -> "at last";
        };
    }
}
