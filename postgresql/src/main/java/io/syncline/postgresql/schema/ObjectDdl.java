package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Action;
import io.syncline.api.schema.SchemaObject.Action.Firing;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.CompositeType;
import io.syncline.api.schema.SchemaObject.Definition;
import io.syncline.api.schema.SchemaObject.DomainType;
import io.syncline.api.schema.SchemaObject.EnumType;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.api.schema.SchemaObject.Grants;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.LateCheck;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.RangeType;
import io.syncline.api.schema.SchemaObject.Role;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.SequenceValue;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.task.EditedStatements;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.ObjectAddress;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes objects as statements. */
final class ObjectDdl {

    /** Before, all sequences are bigint, and their bounds alone say what they give. */
    private static final int SEQUENCE_TYPES = 100000;

    private static final int MULTIRANGES = 140000;

    private final int serverVersion;
    private final Dialect dialect;
    private final EditedStatements edited;

    /**
     * @param server the destination
     * @param edited what counts more than the statements of this class
     */
    ObjectDdl(ServerSystem server, EditedStatements edited) {
        this.serverVersion = server.version();
        this.dialect = server.dialect();
        this.edited = edited;
    }

    Ddl of(SchemaObject object) {
        Ddl own = written(object);
        return edited.of(object.ref().label())
                .filter(sql -> !isSame(sql, own.sql()))
                .map(Ddl::edited)
                .orElse(own);
    }

    /** Semicolons end statements in files. */
    private static boolean isSame(String file, String own) {
        return bare(file).equals(bare(own));
    }

    private static String bare(String sql) {
        String stripped = sql.strip();
        return stripped.endsWith(";")
                ? stripped.substring(0, stripped.length() - 1).strip()
                : stripped;
    }

    private Ddl written(SchemaObject object) {
        return switch (object) {
            case Namespace namespace -> Ddl.of("CREATE SCHEMA " + Quoting.identifier(namespace.name()));
            case EnumType type ->
                Ddl.of("CREATE TYPE " + Quoting.qualified(type.schema(), type.name()) + " AS ENUM ("
                        + type.labels().stream().map(Quoting::literal).collect(Collectors.joining(", ")) + ")");
            case DomainType type -> Ddl.of(domain(type));
            case CompositeType type -> composite(type);
            case RangeType type -> Ddl.of(range(type));
            case Sequence sequence ->
                Ddl.of("CREATE SEQUENCE " + Quoting.qualified(sequence.schema(), sequence.name())
                        + (serverVersion >= SEQUENCE_TYPES ? " AS " + sequence.dataType() : "")
                        + TableDdl.sequenceOptions(sequence));
            case Table table -> new TableDdl().of(table, dialect);
            case KeyConstraint key ->
                Ddl.of("ALTER TABLE " + Quoting.table(key.table()) + " ADD CONSTRAINT " + Quoting.identifier(key.name())
                        + " " + key.definition());
            case Index index ->
                Ddl.of((index.unique() ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + Quoting.identifier(index.name())
                        + " ON " + Quoting.table(index.table()) + " " + index.definition());
            case ForeignKey key ->
                Ddl.of("ALTER TABLE " + Quoting.table(key.table()) + " ADD CONSTRAINT " + Quoting.identifier(key.name())
                        + " FOREIGN KEY " + columns(key.columns(), key.period()) + " REFERENCES "
                        + Quoting.table(key.references()) + " " + columns(key.referencedColumns(), key.period()) + " "
                        + key.rest());
            case LateCheck check ->
                Ddl.of("ALTER TABLE " + Quoting.table(check.table()) + " ADD CONSTRAINT "
                        + Quoting.identifier(check.name()) + " " + check.definition());
            case SequenceOwner owner ->
                Ddl.of("ALTER SEQUENCE " + Quoting.qualified(owner.schema(), owner.sequence()) + " OWNED BY "
                        + Quoting.table(owner.table()) + "." + Quoting.identifier(owner.column()));
            case SequenceValue value -> Ddl.of(value(value));
            case Comment comment -> Ddl.of(comment(comment));
            case Role role -> Ddl.of(AccountDdl.of(role));
            case Grants grants -> Ddl.of(AccountDdl.of(grants));
            case Definition definition -> Ddl.of(text(definition.text(), definition.table()));
            case Action action -> Ddl.of(text(action.text(), action.table()));
        };
    }

    /** A trigger or rule as it is made when it fires as given: in the same transaction, so that it never fires otherwise. */
    Ddl of(Action action, Firing firing) {
        String kind = action.ref().kind().words().toUpperCase(Locale.ROOT);
        String alter = "; ALTER TABLE " + Quoting.table(action.table()) + " ";
        String name = " " + kind + " " + Quoting.identifier(action.ref().name());
        Ddl made = of(action);
        // The end of line ends a comment that a file may have there; a file may also say when it fires (T2).
        return made.then("\n"
                + switch (firing) {
                    case ORDINARY -> made.isEdited() ? alter + "ENABLE" + name : "";
                    case DISABLED -> alter + "DISABLE" + name;
                    case REPLICA -> alter + "ENABLE REPLICA" + name;
                    case ALWAYS -> alter + "ENABLE ALWAYS" + name;
                });
    }

    /** With what the source keeps of its password, which {@link #of(SchemaObject)} does not show. */
    Ddl revealing(Role role) {
        return Ddl.of(AccountDdl.revealing(role));
    }

    private static String text(List<String> pieces, @Nullable TableId table) {
        return String.join(table == null ? "" : Quoting.table(table), pieces);
    }

    private String range(RangeType type) {
        List<String> options = new ArrayList<>(type.options());
        if (type.multirange() != null && serverVersion >= MULTIRANGES) {
            options.add("multirange_type_name = " + Quoting.qualified(type.schema(), type.multirange()));
        }
        return "CREATE TYPE " + Quoting.qualified(type.schema(), type.name()) + " AS RANGE ("
                + String.join(", ", options) + ")";
    }

    private static String domain(DomainType type) {
        StringBuilder sql = new StringBuilder("CREATE DOMAIN ")
                .append(Quoting.qualified(type.schema(), type.name()))
                .append(" AS ")
                .append(type.baseType());
        if (type.collation() != null) {
            sql.append(" COLLATE ").append(type.collation());
        }
        if (type.defaultExpression() != null) {
            sql.append(" DEFAULT ").append(type.defaultExpression());
        }
        if (type.notNull()) {
            sql.append(" NOT NULL");
        }
        type.checks()
                .forEach(check -> sql.append(" CONSTRAINT ")
                        .append(Quoting.identifier(check.name()))
                        .append(' ')
                        .append(check.definition()));
        return sql.toString();
    }

    private static Ddl composite(CompositeType type) {
        StringBuilder sql = new StringBuilder("CREATE TYPE ")
                .append(Quoting.qualified(type.schema(), type.name()))
                .append(" AS (");
        List<Ddl.Place> places = new ArrayList<>();
        String separator = "";
        for (CompositeType.Attribute attribute : type.attributes()) {
            sql.append(separator);
            places.add(new Ddl.Place(sql.length(), "attribute " + attribute.name()));
            sql.append(Quoting.identifier(attribute.name())).append(' ').append(attribute.type());
            if (attribute.collation() != null) {
                sql.append(" COLLATE ").append(attribute.collation());
            }
            separator = ", ";
        }
        return Ddl.of(sql.append(')').toString(), places);
    }

    /** An identity's sequence is found by its column, whose table may have another schema than at the source. */
    private static String value(SequenceValue value) {
        String sequence = value.owner() == null || value.column() == null
                ? Quoting.literal(Quoting.qualified(value.schema(), value.sequence()))
                : "pg_get_serial_sequence(" + Quoting.literal(Quoting.table(value.owner())) + ", "
                        + Quoting.literal(value.column()) + ")";
        return "SELECT setval((" + sequence + ")::regclass, " + value.value() + ", " + value.called() + ")";
    }

    private static String columns(List<String> names, boolean period) {
        StringBuilder list = new StringBuilder("(");
        for (int i = 0; i < names.size(); i++) {
            list.append(i == 0 ? "" : ", ")
                    .append(period && i == names.size() - 1 ? "PERIOD " : "")
                    .append(Quoting.identifier(names.get(i)));
        }
        return list.append(')').toString();
    }

    private static String comment(Comment comment) {
        ObjectRef on = comment.on();
        String target = switch (on.kind()) {
            case TYPE -> columnOr("TYPE ", comment);
            case TABLE -> columnOr("TABLE ", comment);
            case SCHEMA,
                    SEQUENCE,
                    INDEX,
                    PRIMARY_KEY,
                    UNIQUE,
                    EXCLUSION,
                    CHECK,
                    FOREIGN_KEY,
                    EXTENSION,
                    COLLATION,
                    FUNCTION,
                    PROCEDURE,
                    AGGREGATE,
                    OPERATOR,
                    OPERATOR_FAMILY,
                    OPERATOR_CLASS,
                    CAST,
                    TEXT_SEARCH_DICTIONARY,
                    TEXT_SEARCH_CONFIGURATION,
                    VIEW,
                    MATERIALIZED_VIEW,
                    TRIGGER,
                    RULE,
                    POLICY,
                    STATISTICS -> ObjectAddress.of(on);
            case SEQUENCE_OWNER, SEQUENCE_VALUE, COMMENT, TRIGGER_STATE, ROW_SECURITY, ROLE, MEMBERSHIP, GRANTS ->
                throw new IllegalArgumentException("nothing that has comments: " + on);
        };
        return "COMMENT ON " + target + " IS " + Quoting.literal(comment.text());
    }

    private static String columnOr(String word, Comment comment) {
        String name = Quoting.qualified(comment.on().schema(), comment.on().name());
        return comment.column() == null ? word + name : "COLUMN " + name + "." + Quoting.identifier(comment.column());
    }
}
