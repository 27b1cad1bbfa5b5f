package io.syncline.postgresql.precheck;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the chosen tables need and a destination of an older release has not. Types that are no release's own are made with the tables. */
final class ReleaseCheck {

    /** Generated columns (release notes of 12). */
    private static final int GENERATES = 120_000;

    /** Keys of partitioned tables, by which changes find their rows, and moves of rows between partitions (release notes of 11). */
    private static final int PARTITIONS_WITH_KEYS = 110_000;

    private static final String UNKNOWN = """
            SELECT wanted.name
              FROM unnest(?::text[]) AS wanted (name)
             WHERE to_regtype(wanted.name) IS NULL
             ORDER BY 1""";

    private final PrecheckScope scope;

    ReleaseCheck(PrecheckScope scope) {
        this.scope = scope;
    }

    Finding look(CatalogSession session) {
        Map<String, List<String>> byType =
                columns(column -> isBuiltIn(column.type().unconstrained()));
        List<String> lacking = new ArrayList<>();
        session.query(UNKNOWN, row -> row.getString(1), CatalogSession.texts(List.copyOf(byType.keySet())))
                .forEach(type ->
                        lacking.add("the type " + type + " of " + Listing.names(byType.getOrDefault(type, List.of()))));
        if (scope.task().runs(Stage.SCHEMA) && session.serverVersion() < GENERATES) {
            List<String> generated = generated();
            if (!generated.isEmpty()) {
                lacking.add("generated columns, such as " + Listing.names(generated));
            }
        }
        boolean partitioned = scope.task().runs(Stage.SCHEMA)
                && session.serverVersion() < PARTITIONS_WITH_KEYS
                && !scope.partitioned().isEmpty();
        if (partitioned) {
            lacking.add("partitions of tables with a key, for "
                    + Listing.names(scope.partitioned().stream()
                            .sorted()
                            .map(TableId::toString)
                            .toList()));
        }
        List<String> unsaid = unsaid(session);
        if (!unsaid.isEmpty()) {
            lacking.add(
                    "keys of append-optimised tables, which gp_default_storage_options makes of those that say nothing: "
                            + Listing.names(unsaid));
        }
        if (lacking.isEmpty()) {
            return Finding.passed("The release has all that the tables need.");
        }
        return Finding.failed(
                "The destination's release lacks " + String.join("; ", lacking) + ".",
                "The tables could not be made there, or not hold the source's values.",
                "Use a newer destination, or choose tables without such columns."
                        + (partitioned ? " Give partitioned tables partitions: flatten in the task file." : "")
                        + (unsaid.isEmpty()
                                ? ""
                                : " Give the tables storage: heap, or one that is meant, in the task file."));
    }

    /** Those that the schema stage makes: no row is written to them, so that no route names them. */
    private List<String> generated() {
        return scope.routes().stream()
                .flatMap(route -> route.source().columns().stream()
                        .filter(column -> column.generated() && carries(route, column.name()))
                        .map(column -> route.destination().table() + "." + column.name()))
                .toList();
    }

    private boolean carries(TableRoute route, String column) {
        List<String> chosen = rule(route).map(ObjectRule::columns).orElse(List.of());
        return chosen.isEmpty() || chosen.contains(column);
    }

    private Optional<ObjectRule> rule(TableRoute route) {
        TableId table = route.source().table();
        return Optional.ofNullable(scope.task().rule(table.schema(), table.name()));
    }

    /** Tables with a key that the server would make without: those of which the task file says a storage are its author's choice. */
    private List<String> unsaid(CatalogSession session) {
        if (!scope.task().runs(Stage.SCHEMA)
                || session.dialect() != Dialect.GREENPLUM_6
                || !session.query(
                                "SELECT current_setting('gp_default_storage_options') LIKE '%appendonly=true%'",
                                row -> row.getBoolean(1))
                        .getFirst()) {
            return List.of();
        }
        return scope.routes().stream()
                .filter(route -> route.destination().key().exists() && !saysStorage(route))
                .map(route -> route.destination().table().toString())
                .sorted()
                .toList();
    }

    private boolean saysStorage(TableRoute route) {
        return rule(route).filter(rule -> rule.placement().storage() != null).isPresent();
    }

    /** With an empty search_path a type of a user's or an extension's prints with its schema. */
    private static boolean isBuiltIn(String type) {
        return !type.contains(".");
    }

    /** The columns by the names of their types. */
    private Map<String, List<String>> columns(Predicate<Column> wanted) {
        return scope.routes().stream()
                .flatMap(route -> route.destination().columns().stream()
                        .filter(wanted)
                        .map(column -> Map.entry(
                                column.type().unconstrained(),
                                route.destination().table() + "." + column.name())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, TreeMap::new, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }
}
