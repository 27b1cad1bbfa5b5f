package io.syncline.api.port;

import io.syncline.api.model.Position;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaPlan;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The reading side of a connector. Ports taken from it may be used by one thread each; {@link #close()} may be called from any thread and makes blocked calls
 * of every port fail soon with SOURCE_UNREACHABLE.
 */
public interface Source extends AutoCloseable {

    /** Where tasks connect to, without secrets: {@code postgresql://host:port/database}. Names a task together with its name. */
    String address();

    /** Whether the server runs on this machine, as far as its address tells. */
    boolean isLocal();

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

    /** Which database answers now (I6). */
    SourceIdentity identity();

    /** Reads back {@link Position#text()}. */
    Position position(String text);

    CatalogReader catalog();

    /** The server's version as people write it, {@code 16.4}. */
    String version();

    /**
     * The objects that the chosen tables consist of and depend on, those of schemas that are chosen as a whole, and what of all that is not carried. Sequence values
     * are those of this moment: ask again before the last phase.
     */
    SchemaPlan objects(ObjectScope scope);

    /** The log of changes as this task sees it. */
    ChangeLog changeLog(TaskIdentity task);

    /** Snapshots that do not begin a stream: after a crash, for a task without the incremental stage, for refetch. */
    Snapshots snapshots();

    RowFetcher rows();

    DigestReader digests();

    /** The items that concern this end, for the chosen tables. */
    List<PrecheckItem> prechecks(PrecheckScope scope);

    /** What the role needs for the chosen tables, whether it has it or not. */
    List<Right> rights(PrecheckScope scope);

    /** Everything that tasks run at this server, by what it is; statements that are not listed are not run. */
    List<Footprint> footprint();

    @Override
    void close();
}
