package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.message.MessageDecoder;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From 10 on: the server's own plugin for replication, which sends what the task's publication says. */
final class PgOutput implements OutputPlugin {

    private static final int LOGICAL_MESSAGES = 140000;

    private static final int FAILOVER = 170000;

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final Publication publication;
    private final PublicationCheck check;
    private final AlterationTriggers alterations;
    /** As the publication's note has them, read when first needed. */
    private volatile @Nullable KnownPartitions partitions;

    PgOutput(
            Sessions sessions,
            CatalogReader catalog,
            Publication publication,
            PublicationCheck check,
            AlterationTriggers alterations) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.publication = publication;
        this.check = check;
        this.alterations = alterations;
    }

    @Override
    public String name() {
        return "pgoutput";
    }

    /** From 17 on a standby may take the slot over, so that a failover goes on (T23); a server without standbys is not changed by that. */
    @Override
    public String exporting() {
        return sessions.serverVersion() >= FAILOVER ? " (SNAPSHOT 'export', FAILOVER true)" : " EXPORT_SNAPSHOT";
    }

    @Override
    public void prepare(List<TableId> tables, Set<TableId> whole) {
        partitions = null;
        publication.create(tables, whole, shapes(tables));
    }

    /** The task's own publication is yet to be made. */
    @Override
    public void requireSince(ChangeLogName slot, List<TableId> tables) {
        throw new SyncException(
                ErrorCode.SOURCE_GAP,
                "the replication slot " + slot
                        + " is one of pgoutput, which sends what a publication held when it was changed, and the task file names no publication"
                        + "; one that the task makes now would hold none of the changes that the slot has kept",
                "Name the publication that was made before the slot (source.publication); or say startFrom: compare.");
    }

    @Override
    public void extend(List<TableId> tables, Set<TableId> whole) {
        partitions = null;
        publication.extend(tables, whole, shapes(tables));
    }

    @Override
    public void leaveOut(Set<Long> tables) {
        partitions = null;
        publication.leaveOut(tables);
    }

    @Override
    public List<String> giveUp(Set<Long> tables) {
        partitions = null;
        return publication.giveUp(tables);
    }

    @Override
    public List<String> plan(List<TableId> tables, Set<TableId> whole) {
        return publication.plan(tables, whole, shapes(tables));
    }

    private List<TableSchema> shapes(List<TableId> tables) {
        Set<TableId> chosen = Set.copyOf(tables);
        return catalog.tables(chosen::contains).stream().map(TableInfo::schema).toList();
    }

    @Override
    public void requireIntact(Lsn ledger) {
        boolean told = alterations.areThere();
        check.requireIntact(told);
        partitions = told ? null : publication.requirePartitions(publication.partitions());
    }

    @Override
    public void acceptPartitions(Collection<TableSchema> tables) {
        publication.accept(tables);
    }

    @Override
    public void requireExactSnapshots() {
        // Its transactions tell where their commit begins.
    }

    @Override
    public boolean hasExactSnapshots() {
        return true;
    }

    @Override
    public String options() {
        return options(sessions, publication.quoted());
    }

    /** In text form, open transactions are not sent before they commit (T38): both are what version 1 of the plugin's protocol does. */
    static String options(Sessions sessions, String publication) {
        return "(proto_version '1', publication_names " + Quoting.literal(publication)
                + (carriesMessages(sessions) ? ", messages 'true')" : ")");
    }

    /** Which tables are read says the publication. */
    @Override
    public MessageDecoder decoder(Lsn start, Collection<TableSchema> tables) {
        check.requireHeld(tables);
        KnownPartitions known = publication.partitions();
        StreamPartitions streamed = new StreamPartitions(sessions, known, publication.named(), publication::keep);
        CatalogShapes shapes = new CatalogShapes(
                sessions,
                catalog,
                publication.tables(known),
                streamed,
                new ToldShapes(sessions, streamed, alterations.areThere() ? tables : List.of()),
                alterations.prefix());
        return new PgOutputDecoder(shapes, start);
    }

    @Override
    public boolean tellsAlterations() {
        return true;
    }

    @Override
    public boolean carriesMessages() {
        return carriesMessages(sessions);
    }

    static boolean carriesMessages(Sessions sessions) {
        return sessions.serverVersion() >= LOGICAL_MESSAGES;
    }

    /** The log itself tells when a table has changed, but without event triggers nothing of a partition that was attached or detached. */
    @Override
    public void look() {
        if (alterations.areThere()) {
            return;
        }
        KnownPartitions known = partitions;
        if (known == null) {
            known = publication.partitions();
        }
        partitions = publication.requirePartitions(known);
    }
}
