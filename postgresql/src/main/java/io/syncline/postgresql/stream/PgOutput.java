package io.syncline.postgresql.stream;

import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.message.MessageDecoder;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import java.util.Collection;
import java.util.List;

/** From 10 on: the server's own plugin for replication, which sends what a publication says. */
final class PgOutput implements OutputPlugin {

    private static final int LOGICAL_MESSAGES = 140000;

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final Publication publication;

    PgOutput(Sessions sessions, CatalogReader catalog, Publication publication) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.publication = publication;
    }

    @Override
    public String name() {
        return "pgoutput";
    }

    @Override
    public String exporting() {
        return " EXPORT_SNAPSHOT";
    }

    @Override
    public void prepare(List<TableId> tables) {
        publication.create(tables);
    }

    @Override
    public void requireIntact(Lsn ledger) {
        publication.requireIntact();
    }

    /** In text form, open transactions are not sent before they commit (T38): both are what version 1 of the plugin's protocol does. */
    @Override
    public String options() {
        return "(proto_version '1', publication_names " + Quoting.literal(publication.quoted())
                + (carriesMessages() ? ", messages 'true')" : ")");
    }

    /** The tables are those of the publication. */
    @Override
    public MessageDecoder decoder(Lsn start, Collection<TableId> tables) {
        return new PgOutputDecoder(new CatalogShapes(sessions, catalog, publication.tables()), start);
    }

    @Override
    public boolean carriesMessages() {
        return sessions.serverVersion() >= LOGICAL_MESSAGES;
    }

    /** The log itself tells when a table has changed. */
    @Override
    public void look() {}
}
