package io.syncline.cli.output;

import io.syncline.api.model.Column;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.engine.task.Explanation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task's plan for programs. */
public final class ExplainJson {

    private ExplainJson() {}

    /** The plan as a whole, then its tables, statements and omissions. */
    public static List<Map<String, @Nullable Object>> lines(Explanation plan) {
        List<Map<String, @Nullable Object>> lines = new ArrayList<>();
        lines.add(Fields.event("plan")
                .put("name", plan.task().name())
                .put("id", plan.isNew() ? null : plan.task().id())
                .put("source", plan.ends().source())
                .put("destination", plan.ends().destination())
                .put("tables", plan.tables().size())
                .put("workers", plan.workers())
                .put("notices", plan.notices())
                .map());
        plan.tables().forEach(table -> lines.add(table(table)));
        plan.atSource().forEach(statement -> lines.add(statement("source", "start", statement)));
        plan.atDestination().stream()
                .filter(made -> !made.isLeftOut())
                .forEach(made -> lines.add(
                        statement("destination", made.phase().name().toLowerCase(Locale.ROOT), made.statement())));
        plan.allLeftOut()
                .forEach(left -> lines.add(
                        Fields.event("planLeftOut").put("text", left.toString()).map()));
        return lines;
    }

    /** A file of statements. */
    public static Map<String, @Nullable Object> written(Path file) {
        return Fields.event("planFile").put("path", file.toString()).map();
    }

    private static Map<String, @Nullable Object> table(Explanation.Table table) {
        TableRoute route = table.planned().route();
        long rows = table.planned().info().estimatedRows();
        return Fields.event("planTable")
                .put("source", route.source().table().toString())
                .put("destination", route.destination().table().toString())
                .put("estimatedRows", rows < 0 ? null : rows)
                .put("bytes", table.planned().info().bytes())
                .put("chunks", table.chunks())
                .put("key", key(route.destination()))
                .put(
                        "operations",
                        table.planned().operations().stream()
                                .sorted()
                                .map(operation -> operation.name().toLowerCase(Locale.ROOT))
                                .toList())
                .put("columns", columns(route))
                .put("origin", route.origin() == null ? null : route.origin().value())
                .put(
                        "filter",
                        route.shaping() == null || route.shaping().filter() == null
                                ? null
                                : route.shaping().filter().text())
                .map();
    }

    private static List<String> key(TableSchema table) {
        return table.key().columns().stream()
                .map(index -> table.columns().get(index).name())
                .toList();
    }

    private static List<Map<String, @Nullable Object>> columns(TableRoute route) {
        List<Map<String, @Nullable Object>> columns = new ArrayList<>();
        for (int i = 0; i < route.source().columns().size(); i++) {
            Column source = route.source().columns().get(i);
            int at = route.sourceColumns().indexOf(i);
            Column destination = at < 0 ? null : route.destination().columns().get(at);
            columns.add(new Fields()
                    .put("source", source.name())
                    .put("sourceType", source.type().name())
                    .put("destination", destination == null ? null : destination.name())
                    .put(
                            "destinationType",
                            destination == null ? null : destination.type().name())
                    .map());
        }
        Shaping shaping = route.shaping();
        if (shaping != null) {
            shaping.computed().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(computed -> {
                        Column column = route.destination().columns().get(computed.getKey());
                        columns.add(new Fields()
                                .put("expression", computed.getValue().text())
                                .put("destination", column.name())
                                .put("destinationType", column.type().name())
                                .map());
                    });
        }
        return columns;
    }

    private static Map<String, @Nullable Object> statement(String end, String phase, String statement) {
        return Fields.event("planStatement")
                .put("end", end)
                .put("phase", phase)
                .put("statement", statement)
                .map();
    }
}
