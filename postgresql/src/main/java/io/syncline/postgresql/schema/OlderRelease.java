package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Action;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Definition;
import io.syncline.api.schema.SchemaObject.Generated;
import io.syncline.api.schema.SchemaObject.Grants;
import io.syncline.api.schema.SchemaObject.Identity;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives a plan the forms that a destination's release knows (release notes of 9.6, 10, 11, 12, 13, 17 and 18). What rows do without and has no such form becomes otherwise, or is left out, and is
 * listed (I4); what has none at all is left to the server to refuse.
 */
public final class OlderRelease {

    private static final int PARALLEL_FUNCTIONS = 90_600;
    private static final int IDENTITY_COLUMNS = 100_000;
    private static final int INCLUDED_COLUMNS = 110_000;
    private static final int TRIGGERS_EXECUTE_FUNCTIONS = 110_000;
    private static final int MAINTENANCE_IS_GRANTED = 170_000;
    private static final int VIRTUAL_COLUMNS = 180_000;

    private static final String MAINTAIN = "MAINTAIN";

    /** Storage parameters of tables and indexes that older releases refuse. */
    private static final Map<String, Integer> PARAMETERS_SINCE = Map.of(
            "toast_tuple_target", 110_000,
            "vacuum_index_cleanup", 120_000,
            "vacuum_truncate", 120_000,
            "autovacuum_vacuum_insert_threshold", 130_000,
            "autovacuum_vacuum_insert_scale_factor", 130_000,
            "deduplicate_items", 130_000,
            "autovacuum_vacuum_max_threshold", 180_000,
            "vacuum_max_eager_freeze_failure_rate", 180_000);

    /** Functions of the server itself that give columns their defaults. */
    private static final Map<String, Integer> FUNCTIONS_SINCE =
            Map.of("gen_random_uuid", 130_000, "uuidv4", 180_000, "uuidv7", 180_000);

    /** Other functions than the server's own are printed with their schema. */
    private static final Pattern FUNCTION =
            Pattern.compile("(?<![.\\w\"])(" + String.join("|", FUNCTIONS_SINCE.keySet()) + ")\\(");

    private final int serverVersion;
    private final List<SchemaObject> objects = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    private OlderRelease(int serverVersion) {
        this.serverVersion = serverVersion;
    }

    /** @param serverVersion {@code server_version_num} of the destination */
    public static SchemaPlan fit(SchemaPlan plan, int serverVersion) {
        OlderRelease release = new OlderRelease(serverVersion);
        release.leftOut.addAll(plan.leftOut());
        plan.objects().forEach(release::add);
        release.objects.sort(Comparator.comparing(SchemaObject::phase));
        return new SchemaPlan(release.objects, release.leftOut);
    }

    private void add(SchemaObject object) {
        switch (object) {
            case Table table -> add(table);
            case KeyConstraint key ->
                objects.add(new KeyConstraint(
                        key.table(), key.name(), key.kind(), key.findsRows(), known(key.definition(), key)));
            case Index index ->
                objects.add(new Index(
                        index.table(),
                        index.name(),
                        index.unique(),
                        index.findsRows(),
                        known(index.definition(), index)));
            case Action action ->
                objects.add(new Action(
                        action.ref(),
                        action.table(),
                        words(action.ref(), action.text()),
                        action.names(),
                        action.firing()));
            case Definition definition ->
                objects.add(new Definition(
                        definition.ref(),
                        definition.phase(),
                        definition.table(),
                        words(definition.ref(), definition.text()),
                        definition.names(),
                        definition.required()));
            case SchemaObject.Namespace _,
                    SchemaObject.EnumType _,
                    SchemaObject.DomainType _,
                    SchemaObject.CompositeType _,
                    SchemaObject.RangeType _,
                    Sequence _,
                    SchemaObject.LateCheck _,
                    SchemaObject.ForeignKey _,
                    SequenceOwner _,
                    SchemaObject.SequenceValue _,
                    SchemaObject.Comment _,
                    SchemaObject.Role _ -> objects.add(object);
            case Grants grants -> add(grants);
        }
    }

    private void add(Grants grants) {
        List<Grants.Grant> known = new ArrayList<>();
        for (Grants.Grant grant : grants.list()) {
            if (grant.privilege().equals(MAINTAIN) && serverVersion < MAINTENANCE_IS_GRANTED) {
                leftOut.add(new LeftOut(
                        MAINTAIN + " of " + grant.role() + " on " + grants.on(),
                        "the destination's release does not know this privilege"));
            } else {
                known.add(grant);
            }
        }
        objects.add(new Grants(grants.on(), known, grants.only()));
    }

    private void add(Table table) {
        List<ColumnDefinition> columns =
                table.columns().stream().map(column -> fit(table, column)).toList();
        objects.add(new Table(
                table.table(),
                columns,
                table.checks(),
                table.unlogged(),
                parameters(table),
                table.partitioning(),
                table.layout()));
    }

    private ColumnDefinition fit(Table table, ColumnDefinition column) {
        String name = "column " + table.table() + "." + column.name();
        Identity identity = column.identity();
        if (identity != null && serverVersion < IDENTITY_COLUMNS) {
            leftOut.add(
                    new LeftOut(
                            name,
                            "it becomes an ordinary column whose default draws from the same sequence, since the destination's release has no identity columns"));
            return drawing(table.table(), column, identity.sequence());
        }
        String expression = column.defaultExpression();
        Matcher function = FUNCTION.matcher(expression == null ? "" : expression);
        if (function.find() && serverVersion < FUNCTIONS_SINCE.getOrDefault(function.group(1), 0)) {
            leftOut.add(new LeftOut(
                    name, "it has no default, since the destination's release has no function " + function.group(1)));
            return new ColumnDefinition(
                    column.name(),
                    column.type(),
                    column.collation(),
                    column.notNull(),
                    null,
                    identity,
                    column.generated());
        }
        Generated generated = column.generated();
        if (generated != null && !generated.stored() && serverVersion < VIRTUAL_COLUMNS) {
            leftOut.add(new LeftOut(
                    name, "it is stored, since the destination's release computes no column when it is read"));
            return new ColumnDefinition(
                    column.name(),
                    column.type(),
                    column.collation(),
                    column.notNull(),
                    column.defaultExpression(),
                    identity,
                    new Generated(generated.expression(), true));
        }
        return column;
    }

    /** As {@code serial} makes a column: the sequence goes with it. */
    private ColumnDefinition drawing(TableId table, ColumnDefinition column, Sequence of) {
        Sequence sequence = new Sequence(
                table.schema(),
                of.name(),
                of.dataType(),
                of.start(),
                of.increment(),
                of.minimum(),
                of.maximum(),
                of.cache(),
                of.cycle());
        objects.add(sequence);
        objects.add(new SequenceOwner(sequence.schema(), sequence.name(), table, column.name()));
        return new ColumnDefinition(
                column.name(),
                column.type(),
                column.collation(),
                column.notNull(),
                "nextval(" + Quoting.literal(Quoting.qualified(sequence.schema(), sequence.name())) + "::regclass)",
                null,
                column.generated());
    }

    private List<String> parameters(Table table) {
        return table.storageParameters().stream()
                .filter(parameter -> isKnown(parameter, "of " + table.table()))
                .toList();
    }

    /** @param parameter {@code toast.vacuum_truncate=false}, {@code "deduplicate_items"='off'} */
    private boolean isKnown(String parameter, String of) {
        String name = parameter.substring(parameter.startsWith("toast.") ? 6 : 0, parameter.indexOf('='));
        boolean known = serverVersion >= PARAMETERS_SINCE.getOrDefault(name.replace("\"", ""), 0);
        if (!known) {
            leftOut.add(new LeftOut(
                    "storage parameter " + parameter + " " + of, "the destination's release does not know it"));
        }
        return known;
    }

    private String known(String definition, SchemaObject index) {
        return withKnownParameters(withoutIncluded(definition, index), index);
    }

    private String withKnownParameters(String definition, SchemaObject index) {
        int begin = OuterWords.find(definition, " WITH (");
        if (begin < 0) {
            return definition;
        }
        int open = begin + " WITH ".length();
        int end = OuterWords.closing(definition, open);
        String known = Arrays.stream(definition.substring(open + 1, end - 1).split(", ", -1))
                .filter(parameter -> isKnown(parameter, "of " + index.ref()))
                .collect(Collectors.joining(", "));
        return definition.substring(0, begin)
                + (known.isEmpty() ? "" : " WITH (" + known + ")")
                + definition.substring(end);
    }

    /** Included columns are nothing that a key or index means, only what can be read from it without the table. */
    private String withoutIncluded(String definition, SchemaObject index) {
        if (serverVersion >= INCLUDED_COLUMNS) {
            return definition;
        }
        int begin = OuterWords.find(definition, " INCLUDE (");
        if (begin < 0) {
            return definition;
        }
        int end = OuterWords.closing(definition, begin + " INCLUDE ".length());
        leftOut.add(new LeftOut(
                index.ref().toString(),
                "it is made without" + definition.substring(begin, end) + ", which the destination's release has not"));
        return definition.substring(0, begin) + definition.substring(end);
    }

    private List<String> words(ObjectRef ref, List<String> text) {
        return switch (ref.kind()) {
            case TRIGGER ->
                serverVersion >= TRIGGERS_EXECUTE_FUNCTIONS
                        ? text
                        : text.stream().map(OlderRelease::callingProcedure).toList();
            case FUNCTION ->
                serverVersion >= PARALLEL_FUNCTIONS
                        ? text
                        : text.stream().map(OlderRelease::notInParallel).toList();
            default -> text;
        };
    }

    /** What the function returns is the same: a server that runs nothing in parallel asks for no permission. */
    private static String notInParallel(String piece) {
        int body = OuterWords.find(piece, "\nAS ");
        String head = body < 0 ? piece : piece.substring(0, body);
        for (String words : List.of(" PARALLEL SAFE", " PARALLEL RESTRICTED")) {
            int begin = OuterWords.find(head, words);
            if (begin >= 0) {
                return piece.substring(0, begin) + piece.substring(begin + words.length());
            }
        }
        return piece;
    }

    /** Both words mean the same. */
    private static String callingProcedure(String piece) {
        String words = " EXECUTE FUNCTION ";
        int begin = OuterWords.find(piece, words);
        return begin < 0
                ? piece
                : piece.substring(0, begin) + " EXECUTE PROCEDURE " + piece.substring(begin + words.length());
    }
}
