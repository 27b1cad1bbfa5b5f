package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Lease;
import io.syncline.api.port.SchemaWriter;
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
import io.syncline.postgresql.ledger.Fence;
import io.syncline.postgresql.ledger.LedgerLocks;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.ServerSystem;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects at a PostgreSQL destination: one object, and its mark in the ledger, a transaction, which proves the lease before anything else (I7, T20).
 */
public final class PostgresSchemaWriter implements SchemaWriter {

    private final Sessions sessions;
    private final Lease lease;
    private final CrashMarks crashMarks;
    private final EditedStatements edited;
    private final Fence fence;
    private final ObjectMarks marks;
    private final DdlErrors errors;
    private @Nullable Connection connection;
    private @Nullable Boolean silent;

    /** @param server the destination */
    public static String statement(SchemaObject object, ServerSystem server, EditedStatements edited) {
        return new ObjectDdl(server, edited).of(object).sql();
    }

    public PostgresSchemaWriter(
            Sessions sessions, LedgerTables ledger, Lease lease, CrashMarks crashMarks, EditedStatements edited) {
        this.sessions = sessions;
        this.lease = lease;
        this.crashMarks = crashMarks;
        this.edited = edited;
        this.fence = new Fence(ledger, new LedgerLocks(sessions::dialect));
        this.marks = new ObjectMarks(ledger, lease.task(), sessions.serverVersion());
        this.errors = new DdlErrors(sessions);
    }

    @Override
    public Outcome create(SchemaObject object) {
        return isLeftOut(object) ? Outcome.LEFT_OUT : created(object);
    }

    private Outcome created(SchemaObject object) {
        return switch (object) {
            case Namespace _, EnumType _, DomainType _, CompositeType _, RangeType _, Sequence _, Table _ ->
                make(object);
            case KeyConstraint _, Index _, LateCheck _, Definition _ -> make(object);
            case Action action -> quietly(action);
            // T2: a foreign key that cannot be silenced would cascade into the rows that the stream applies.
            case ForeignKey key -> staysSilent() ? make(key) : postponed(key);
            case SequenceOwner owner -> repeat(owner);
            case SequenceValue value -> repeat(value);
            case Comment comment -> comment(comment);
            case Role role -> make(role, ddl().revealing(role));
            case Grants grants -> grants(grants);
        };
    }

    @Override
    public Outcome createAgain(SchemaObject object) {
        return object instanceof Table && !isLeftOut(object) ? make(object, ddl().of(object), true) : create(object);
    }

    @Override
    public Outcome enforce(SchemaObject object) {
        if (isLeftOut(object)) {
            return Outcome.LEFT_OUT;
        }
        return switch (object) {
            case ForeignKey key -> make(key);
            case Action action -> make(action, ddl().of(action, action.firing()));
            case Namespace _,
                    EnumType _,
                    DomainType _,
                    CompositeType _,
                    RangeType _,
                    Sequence _,
                    Table _,
                    KeyConstraint _,
                    Index _,
                    LateCheck _,
                    SequenceOwner _,
                    SequenceValue _,
                    Comment _,
                    Role _,
                    Grants _,
                    Definition _ -> create(object);
        };
    }

    @Override
    public void analyze(TableId table) {
        ObjectRef ref = new ObjectRef(ObjectRef.Kind.TABLE, table.schema(), "", table.name());
        transaction(ref, Ddl.of("ANALYZE " + Quoting.table(table)), (open, ddl) -> {
            execute(open, ddl);
            return ref;
        });
    }

    @Override
    public List<ObjectRef> made() {
        try {
            Connection open = connection();
            List<ObjectRef> made = marks.made(open);
            open.rollback();
            return made;
        } catch (SQLException e) {
            throw sessions.errors().of(e, "listing the objects of this task", ErrorCode.LEDGER_INVALID);
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            end(open);
        }
    }

    /** T2: what would act on the rows that the stream applies is made, and sleeps until cutover. */
    private Outcome quietly(Action action) {
        boolean acts = switch (action.firing()) {
            case ORDINARY -> !staysSilent();
            case REPLICA, ALWAYS -> true;
            case DISABLED -> false;
        };
        Outcome outcome = make(action, ddl().of(action, acts ? Firing.DISABLED : action.firing()));
        return acts && outcome == Outcome.CREATED ? Outcome.SILENCED : outcome;
    }

    /** Whether the user does without it, which rows must be able to. */
    private boolean isLeftOut(SchemaObject object) {
        boolean leftOut = edited.leavesOut(object.ref().label());
        if (leftOut && object.required()) {
            throw errors.needed(object.ref());
        }
        return leftOut;
    }

    private ObjectDdl ddl() {
        return new ObjectDdl(sessions.system(), edited);
    }

    private Outcome make(SchemaObject object) {
        return make(object, ddl().of(object));
    }

    private Outcome make(SchemaObject object, Ddl ddl) {
        return make(object, ddl, false);
    }

    /** @param again whether a table may be made twice: its former rows are not needed */
    private Outcome make(SchemaObject object, Ddl ddl, boolean again) {
        ObjectRef ref = object.ref();
        return transaction(ref, ddl, (open, statement) -> {
            ObjectMarks.State state = marks.state(open, ref);
            if (state.exists()) {
                return state.ours() ? Outcome.ALREADY_OURS : shared(object);
            }
            if (state.ours() && object instanceof Table && !again) {
                throw errors.gone(ref);
            }
            execute(open, statement);
            if (object.required()
                    && statement.isEdited()
                    && !marks.state(open, ref).exists()) {
                throw errors.madeSomethingElse(ref);
            }
            marks.mark(open, ref);
            crashMarks.reach(
                    object.phase() == SchemaObject.Phase.BEFORE_LOAD
                            ? CrashMarks.Mark.OBJECT_CREATING
                            : CrashMarks.Mark.INDEX_BUILDING);
            return Outcome.CREATED;
        });
    }

    /** What is there and is not ours: a schema may be shared, a type when it is the same one; what rows do not consist of stays as it is. */
    private Outcome shared(SchemaObject object) {
        boolean same = switch (object) {
            case Namespace _, Definition _, Role _ -> true;
            case EnumType _, DomainType _, CompositeType _, RangeType _ -> new ExistingTypes(sessions).holds(object);
            case Sequence _,
                    Table _,
                    KeyConstraint _,
                    Index _,
                    LateCheck _,
                    ForeignKey _,
                    SequenceOwner _,
                    SequenceValue _,
                    Comment _,
                    Grants _,
                    // It would act on rows, and nobody knows how.
                    Action _ -> false;
        };
        if (!same) {
            throw errors.exists(object.ref(), null);
        }
        return Outcome.ALREADY_THERE;
    }

    /** What only sets a state is done again each time. */
    private Outcome repeat(SchemaObject object) {
        return transaction(object.ref(), ddl().of(object), (open, ddl) -> {
            boolean ours = marks.state(open, object.ref()).ours();
            execute(open, ddl);
            marks.mark(open, object.ref());
            return ours ? Outcome.ALREADY_OURS : Outcome.CREATED;
        });
    }

    private Outcome comment(Comment comment) {
        ObjectRef on = comment.on();
        return transaction(comment.ref(), ddl().of(comment), (open, ddl) -> {
            ObjectMarks.State target = marks.state(open, on);
            if (!target.exists()) {
                // Its object waits until cutover, and so does this.
                return Outcome.POSTPONED;
            }
            boolean maybeShared = on.kind() == ObjectRef.Kind.SCHEMA || on.kind() == ObjectRef.Kind.TYPE;
            if (maybeShared && !target.ours()) {
                return Outcome.ALREADY_THERE;
            }
            boolean ours = marks.state(open, comment.ref()).ours();
            execute(open, ddl);
            marks.mark(open, comment.ref());
            return ours ? Outcome.ALREADY_OURS : Outcome.CREATED;
        });
    }

    private Outcome grants(Grants grants) {
        return transaction(grants.ref(), ddl().of(grants), (open, ddl) -> {
            ObjectMarks.State target = marks.state(open, grants.on());
            if (!target.exists()) {
                return Outcome.POSTPONED;
            }
            boolean known = marks.state(open, grants.ref()).ours();
            execute(open, target.ours() ? ddl : ddl().of(grants.ofRoles()));
            marks.mark(open, grants.ref());
            return known ? Outcome.ALREADY_OURS : Outcome.CREATED;
        });
    }

    private Outcome postponed(ForeignKey key) {
        return transaction(key.ref(), Ddl.of(""), (open, _) -> {
            ObjectMarks.State state = marks.state(open, key.ref());
            return state.exists() && state.ours() ? Outcome.ALREADY_OURS : Outcome.POSTPONED;
        });
    }

    private boolean staysSilent() {
        Boolean known = silent;
        if (known == null) {
            known = ReplicaRole.isAllowed(sessions);
            silent = known;
        }
        return known;
    }

    @FunctionalInterface
    private interface Work<T> {
        T in(Connection open, Ddl ddl) throws SQLException;
    }

    private <T> T transaction(ObjectRef ref, Ddl ddl, Work<T> work) {
        try {
            Connection open = connection();
            try {
                fence.prove(open, lease);
                T result = work.in(open, ddl);
                open.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(open, e);
                throw e;
            }
        } catch (SQLException e) {
            throw errors.of(e, ref, ddl);
        }
    }

    private static void execute(Connection open, Ddl ddl) throws SQLException {
        try (Statement statement = open.createStatement()) {
            // Braces in defaults are no JDBC escapes.
            statement.setEscapeProcessing(false);
            statement.execute(ddl.sql());
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = sessions.open("schema");
            open.setAutoCommit(false);
            connection = open;
        }
        return open;
    }

    private void rollBack(Connection open, Exception failure) {
        try {
            open.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
            connection = null;
            end(open);
        }
    }

    /** The server rolls back what a session leaves open. */
    private static void end(Connection open) {
        try {
            open.close();
        } catch (SQLException e) {
            System.getLogger(PostgresSchemaWriter.class.getName())
                    .log(System.Logger.Level.DEBUG, "a schema session did not close", e);
        }
    }
}
