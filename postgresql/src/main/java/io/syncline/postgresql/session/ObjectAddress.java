package io.syncline.postgresql.session;

import io.syncline.api.schema.ObjectRef;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Names objects as COMMENT ON and DROP want them. */
public final class ObjectAddress {

    private static final Set<ObjectRef.Kind> OF_TABLES = EnumSet.of(
            ObjectRef.Kind.PRIMARY_KEY,
            ObjectRef.Kind.UNIQUE,
            ObjectRef.Kind.EXCLUSION,
            ObjectRef.Kind.CHECK,
            ObjectRef.Kind.FOREIGN_KEY,
            ObjectRef.Kind.TRIGGER,
            ObjectRef.Kind.RULE,
            ObjectRef.Kind.POLICY);

    private ObjectAddress() {}

    /** {@code FUNCTION "s".f(integer)}, {@code TRIGGER "t" ON "s"."t"}; of kinds that have an address of their own. */
    public static String of(ObjectRef ref) {
        return head(ref) + (belongsToTable(ref) ? Quoting.qualified(ref.schema(), ref.parent()) : "");
    }

    /** {@code DROP VIEW IF EXISTS "s"."v"}; never what depends on it. */
    public static String dropOf(ObjectRef ref) {
        String words = ref.kind().words().toUpperCase(Locale.ROOT);
        return "DROP " + words + " IF EXISTS" + of(ref).substring(words.length());
    }

    /** All of it but the table's name at its end. */
    public static String head(ObjectRef ref) {
        String words = ref.kind().words().toUpperCase(Locale.ROOT) + " ";
        String name = Quoting.identifier(ref.name());
        return switch (ref.kind()) {
            case SCHEMA, EXTENSION, ROLE -> words + name;
            // Their names hold argument types or access methods, quoted by the server.
            case FUNCTION, PROCEDURE, AGGREGATE, OPERATOR, OPERATOR_CLASS, OPERATOR_FAMILY ->
                words + Quoting.identifier(ref.schema()) + "." + ref.name();
            case CAST -> words + ref.name();
            case TYPE,
                    SEQUENCE,
                    TABLE,
                    INDEX,
                    COLLATION,
                    TEXT_SEARCH_DICTIONARY,
                    TEXT_SEARCH_CONFIGURATION,
                    VIEW,
                    MATERIALIZED_VIEW,
                    STATISTICS -> words + Quoting.qualified(ref.schema(), ref.name());
            case PRIMARY_KEY, UNIQUE, EXCLUSION, CHECK, FOREIGN_KEY -> "CONSTRAINT " + name + " ON ";
            case TRIGGER, RULE, POLICY -> words + name + " ON ";
            case SEQUENCE_OWNER, SEQUENCE_VALUE, COMMENT, TRIGGER_STATE, ROW_SECURITY, MEMBERSHIP, GRANTS ->
                throw new IllegalArgumentException("nothing that has an address: " + ref);
        };
    }

    /** Whether its name is told apart by its table only. */
    public static boolean belongsToTable(ObjectRef ref) {
        return OF_TABLES.contains(ref.kind());
    }
}
