package io.syncline.api.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.task.Secret;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object to be made at the destination, in structure rather than as a statement, so that names can be mapped and each dialect can write it its own way. SQL
 * texts inside (types, defaults, conditions) are as the source prints them under an empty search_path.
 */
public sealed interface SchemaObject {

    /** When an object is made. Within a phase the order of the list counts. */
    enum Phase {
        BEFORE_LOAD,
        /** Directly after a table's rows: primary keys and whatever else finds rows by key. */
        KEYS,
        /** After the stream has passed the catch-up mark: unique and other indexes, unique and exclusion constraints. */
        INDEXES,
        /** After all indexes. */
        FOREIGN_KEYS,
        /** After all that rows need: views, functions that no table calls, triggers, policies. */
        DEPENDENTS,
        /** Last: sequence values, comments. */
        FINISH
    }

    Phase phase();

    ObjectRef ref();

    /** False when rows do without it: where it cannot be made, it is listed, and the task goes on. */
    default boolean required() {
        return true;
    }

    /**
     * An account that may own nothing and is no superuser, whatever it is at the source.
     *
     * @param options what follows its name in CREATE ROLE, without the password: {@code LOGIN CONNECTION LIMIT 5}
     * @param verifier what the server keeps of its password (SCRAM or MD5), or null
     */
    record Role(String name, String options, @Nullable Secret verifier) implements SchemaObject {
        @Override
        public boolean required() {
            return false;
        }

        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.ROLE, "", "", name);
        }
    }

    /**
     * Who may do what with an object, its owner aside.
     *
     * @param only whether nobody else may anything, PUBLIC included, which the server lets use new functions and types
     */
    record Grants(ObjectRef on, List<Grant> list, boolean only) implements SchemaObject {

        /**
         * @param role empty: PUBLIC
         * @param column of a table, or null
         * @param privilege as GRANT names it
         * @param grantable whether the role may hand it on
         */
        public record Grant(String role, @Nullable String column, String privilege, boolean grantable) {
            public boolean isPublic() {
                return role.isEmpty();
            }
        }

        public Grants {
            list = List.copyOf(list);
        }

        /** For an object that others made, and whose openness is theirs to decide. */
        public Grants ofRoles() {
            return new Grants(
                    on, list.stream().filter(grant -> !grant.isPublic()).toList(), false);
        }

        @Override
        public boolean required() {
            return false;
        }

        @Override
        public Phase phase() {
            return Phase.FINISH;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.GRANTS, on.schema(), on.parent(), on.kind() + " " + on.name());
        }
    }

    record Namespace(String name) implements SchemaObject {
        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.SCHEMA, "", "", name);
        }
    }

    record EnumType(String schema, String name, List<String> labels) implements SchemaObject {
        public EnumType {
            labels = List.copyOf(labels);
        }

        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.TYPE, schema, "", name);
        }
    }

    /** @param checks constraint names with their conditions, {@code CHECK (...)} */
    record DomainType(
            String schema,
            String name,
            String baseType,
            @Nullable String collation,
            @Nullable String defaultExpression,
            boolean notNull,
            List<NamedCheck> checks)
            implements SchemaObject {
        public DomainType {
            checks = List.copyOf(checks);
        }

        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.TYPE, schema, "", name);
        }
    }

    /** @param definition {@code CHECK (...)}, possibly with NO INHERIT or NOT VALID, as pg_get_constraintdef prints it */
    record NamedCheck(String name, String definition) {}

    record CompositeType(String schema, String name, List<Attribute> attributes) implements SchemaObject {
        public CompositeType {
            attributes = List.copyOf(attributes);
        }

        public record Attribute(
                String name, String type, @Nullable String collation) {}

        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.TYPE, schema, "", name);
        }
    }

    record Sequence(
            String schema,
            String name,
            String dataType,
            long start,
            long increment,
            long minimum,
            long maximum,
            long cache,
            boolean cycle)
            implements SchemaObject {
        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.SEQUENCE, schema, "", name);
        }
    }

    /**
     * A table with everything that must be there before rows arrive; valid CHECK constraints included, keys and indexes not.
     *
     * @param storageParameters as pg_class.reloptions holds them, {@code fillfactor=70}; those of the TOAST table begin with {@code toast.}
     * @param partitioning its place in a tree of partitions
     * @param layout where its rows lie, on servers that have segments
     */
    record Table(
            TableId table,
            List<ColumnDefinition> columns,
            List<NamedCheck> checks,
            boolean unlogged,
            List<String> storageParameters,
            Partitioning partitioning,
            Layout layout)
            implements SchemaObject {
        public Table {
            columns = List.copyOf(columns);
            checks = List.copyOf(checks);
            storageParameters = List.copyOf(storageParameters);
        }

        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.TABLE, table.schema(), "", table.name());
        }
    }

    /**
     * @param type with modifier, quoted and qualified
     * @param identity null when the column is no identity column
     * @param generated how the column is computed, or null
     */
    record ColumnDefinition(
            String name,
            String type,
            @Nullable String collation,
            boolean notNull,
            @Nullable String defaultExpression,
            @Nullable Identity identity,
            @Nullable Generated generated) {}

    /** @param stored false for a virtual generated column (18 and later); a destination that knows none stores it, which readers see no difference in */
    record Generated(String expression, boolean stored) {}

    /** @param always GENERATED ALWAYS at the source; made BY DEFAULT at the destination until cutover, since ALWAYS refuses our updates (T43) */
    record Identity(boolean always, Sequence sequence) {}

    /**
     * PRIMARY KEY, UNIQUE or EXCLUDE.
     *
     * @param findsRows true when the stream finds rows by it: then it is made with the keys
     * @param definition what follows {@code ADD CONSTRAINT name}: {@code PRIMARY KEY (id) INCLUDE (...) WITH (...) DEFERRABLE}
     */
    record KeyConstraint(TableId table, String name, ObjectRef.Kind kind, boolean findsRows, String definition)
            implements SchemaObject {
        @Override
        public boolean required() {
            return phase() == Phase.KEYS;
        }

        @Override
        public Phase phase() {
            return findsRows || kind == ObjectRef.Kind.PRIMARY_KEY ? Phase.KEYS : Phase.INDEXES;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(kind, table.schema(), table.name(), name);
        }
    }

    /**
     * An index that no constraint made.
     *
     * @param findsRows true when the stream finds rows by it: then it is made with the keys
     * @param definition what follows {@code CREATE [UNIQUE] INDEX name ON table}: {@code USING btree (...) INCLUDE (...) WITH (...) WHERE ...}
     */
    record Index(TableId table, String name, boolean unique, boolean findsRows, String definition)
            implements SchemaObject {
        @Override
        public boolean required() {
            return findsRows;
        }

        @Override
        public Phase phase() {
            return findsRows ? Phase.KEYS : Phase.INDEXES;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.INDEX, table.schema(), table.name(), name);
        }
    }

    /**
     * A constraint that rows already there need not satisfy (NOT VALID): older rows that break it must be loaded before it exists.
     *
     * @param definition what follows {@code ADD CONSTRAINT name}: {@code CHECK (...) NOT VALID}, {@code NOT NULL column NOT VALID} (18 and later)
     */
    record LateCheck(TableId table, String name, String definition) implements SchemaObject {
        @Override
        public boolean required() {
            return false;
        }

        @Override
        public Phase phase() {
            return Phase.FOREIGN_KEYS;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.CHECK, table.schema(), table.name(), name);
        }
    }

    /**
     * @param period true when the last column of both lists is a PERIOD (18 and later)
     * @param rest what follows the referenced column list: MATCH, ON DELETE, ON UPDATE, DEFERRABLE, NOT VALID
     */
    record ForeignKey(
            TableId table,
            String name,
            List<String> columns,
            TableId references,
            List<String> referencedColumns,
            boolean period,
            String rest)
            implements SchemaObject {
        public ForeignKey {
            columns = List.copyOf(columns);
            referencedColumns = List.copyOf(referencedColumns);
        }

        @Override
        public boolean required() {
            return false;
        }

        @Override
        public Phase phase() {
            return Phase.FOREIGN_KEYS;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.FOREIGN_KEY, table.schema(), table.name(), name);
        }
    }

    /** Ties a sequence to the column that owns it (serial). */
    record SequenceOwner(String schema, String sequence, TableId table, String column) implements SchemaObject {
        @Override
        public Phase phase() {
            return Phase.FINISH;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.SEQUENCE_OWNER, schema, "", sequence);
        }
    }

    /**
     * A sequence's state.
     *
     * @param owner the table of an identity column whose sequence this is, with {@code column}; null for a sequence of its own
     */
    record SequenceValue(
            String schema,
            String sequence,
            @Nullable TableId owner,
            @Nullable String column,
            long value,
            boolean called)
            implements SchemaObject {
        @Override
        public Phase phase() {
            return Phase.FINISH;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.SEQUENCE_VALUE, schema, owner == null ? "" : owner.name(), sequence);
        }
    }

    /**
     * @param on the object
     * @param column of a table or composite type, or null
     */
    record Comment(ObjectRef on, @Nullable String column, String text) implements SchemaObject {
        @Override
        public Phase phase() {
            return Phase.FINISH;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(
                    ObjectRef.Kind.COMMENT,
                    on.schema(),
                    on.parent(),
                    on.kind() + " " + on.name() + (column == null ? "" : "." + column));
        }
    }

    /** @param options what follows {@code AS RANGE}, without the name of the multirange type: {@code subtype = double precision} and others */
    record RangeType(
            String schema,
            String name,
            List<String> options,
            @Nullable String multirange) implements SchemaObject {
        public RangeType {
            options = List.copyOf(options);
        }

        @Override
        public Phase phase() {
            return Phase.BEFORE_LOAD;
        }

        @Override
        public ObjectRef ref() {
            return new ObjectRef(ObjectRef.Kind.TYPE, schema, "", name);
        }
    }

    /**
     * An object that is made by the source's own words, which hold where nothing that they name has another name at the destination.
     *
     * @param table the table that it belongs to, or null
     * @param text its statements, in pieces between which the table's name stands
     * @param names what else of tables the words name, as the source does
     * @param required whether rows need it
     */
    record Definition(
            ObjectRef ref,
            Phase phase,
            @Nullable TableId table,
            List<String> text,
            Set<TableId> names,
            boolean required)
            implements SchemaObject {
        public Definition {
            text = List.copyOf(text);
            names = Set.copyOf(names);
        }
    }

    /**
     * A trigger or rule of a table that is carried, which must not act on rows that are applied (T2).
     *
     * @param text as in {@link Definition}; made, it fires in ordinary sessions
     * @param names what else of tables the words name, as the source does
     * @param firing when it fires at the source
     */
    record Action(ObjectRef ref, TableId table, List<String> text, Set<TableId> names, Firing firing)
            implements SchemaObject {

        /** As pg_trigger.tgenabled and pg_rewrite.ev_enabled say it. */
        public enum Firing {
            ORDINARY,
            DISABLED,
            REPLICA,
            ALWAYS
        }

        public Action {
            text = List.copyOf(text);
            names = Set.copyOf(names);
        }

        @Override
        public Phase phase() {
            return Phase.DEPENDENTS;
        }

        @Override
        public boolean required() {
            return false;
        }
    }
}
