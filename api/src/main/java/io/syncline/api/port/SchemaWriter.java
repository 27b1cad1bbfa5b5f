package io.syncline.api.port;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import java.util.List;

/** Makes objects at the destination. For one thread; several may be taken. */
public interface SchemaWriter extends AutoCloseable {

    enum Outcome {
        CREATED,
        /** The ledger lists it as made by this task. */
        ALREADY_OURS,
        /** It was there before, and need not be ours (a schema, a type of the same shape, a function): it stays as it is. */
        ALREADY_THERE,
        /** Made, but disabled until cutover: it would act on the rows that the stream applies, since this role may not keep it silent (T2). The caller lists it. */
        SILENCED,
        /**
         * Not made: a foreign key that would fire on the rows that the stream applies, since this role may not keep it silent (T2). It waits until cutover; the
         * caller lists it.
         */
        POSTPONED,
        /** Not made, since the user does without it. The caller lists it. */
        LEFT_OUT
    }

    /**
     * Makes one object and notes it in the ledger in the same transaction; repeatable after a crash at any moment.
     *
     * @throws io.syncline.api.error.SyncException DESTINATION_OBJECT_EXISTS when something of that name is there that is not ours, DESTINATION_RIGHTS,
     *     DESTINATION_SCHEMA
     */
    Outcome create(SchemaObject object);

    /** The same as {@link #create}, when rows are copied from their beginning: a table that this task made and that somebody dropped since is made again, and no failure. */
    Outcome createAgain(SchemaObject object);

    /** Makes a foreign key, trigger or rule as it is at the source even when it cannot be kept silent: for tasks that apply no changes, and at cutover. Repeatable. */
    Outcome enforce(SchemaObject object);

    /** ANALYZE, so that merges find their plans. */
    void analyze(TableId table);

    /** Objects that this task made and that still exist, newest first. */
    List<ObjectRef> made();

    @Override
    void close();
}
