package io.syncline.api.port;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The writing side of a connector. Ports taken from it may be used by one thread each, unless they say more; {@link #close()} may be called from any thread and
 * makes blocked calls of every port fail soon with DESTINATION_UNREACHABLE.
 */
public interface Destination extends AutoCloseable {

    /** Where tasks connect to, without secrets: {@code postgresql://host:port/database}. */
    String address();

    /** Whether the server runs on this machine, as far as its address tells. */
    boolean isLocal();

    /** The database's name, which table names at this end carry. */
    String database();

    /**
     * How the server is reached from here; takes a second or two, and changes nothing.
     *
     * @param clock this machine's
     * @throws io.syncline.api.error.SyncException why it is not: also where a session is not its own, behind a pooler
     */
    Connectivity connectivity(InstantSource clock);

    /** The databases of its server; empty for systems of which a session sees all of them. */
    default Optional<Databases> databases() {
        return Optional.empty();
    }

    CatalogReader catalog();

    /** Thread-safe. */
    Ledger ledger();

    /**
     * The writers of one run: every transaction of theirs first proves the lease (I7, T20).
     *
     * @param marks reached at the moments that only a writer knows: {@link CrashMarks.Mark#INDEX_BUILDING}
     */
    Writers writers(Lease lease, CrashMarks marks);

    DigestReader digests();

    /** Evaluates filters and computed columns. */
    RowShaper shaper();

    /** Digests of source rows as they would be written: for routes with a shaping. */
    ShapedDigests shapedDigests();

    List<PrecheckItem> prechecks(PrecheckScope scope);

    /** What the role needs for the chosen tables, whether it has it or not. */
    List<Right> rights(PrecheckScope scope);

    /** The plan in the forms that this end knows: what becomes otherwise than it is at the source by that, or is left out, is listed (I4). */
    SchemaPlan fit(SchemaPlan plan);

    /** How an object is made here, as {@link SchemaWriter#create} does it. */
    String statement(SchemaObject object);

    /**
     * Looks, before an attempt writes, whether something at the destination would act on the rows of these tables that exist: triggers, rules, cascades (T2).
     *
     * @throws io.syncline.api.error.SyncException DESTINATION_SCHEMA when it would
     */
    void requireQuiet(Collection<TableId> tables);

    /**
     * What people have to do for its tables; empty for systems that clean up after changes by themselves.
     *
     * @throws io.syncline.api.error.SyncException DESTINATION_UNREACHABLE when it has to be asked, and does not answer
     */
    default Optional<Upkeep> upkeep() {
        return Optional.empty();
    }

    @Override
    void close();

    /** Everything that writes rows or objects, fenced by one lease. */
    interface Writers {

        SchemaWriter schema();

        /** A loader with a connection of its own; each worker has one. */
        default Loader loader() {
            return loader(FormerRows.GONE);
        }

        /** @param former what becomes of rows that are there already */
        Loader loader(FormerRows former);

        /**
         * The one applier of a stream, with a connection of its own.
         *
         * @param rules what becomes of changes that do not find the destination as the source was
         */
        Applier applier(StreamId stream, ApplyRules rules);
    }
}
