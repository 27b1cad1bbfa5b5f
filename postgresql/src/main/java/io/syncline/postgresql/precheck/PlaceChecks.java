package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.stream.ChangeLogName;
import java.util.List;

/**
 * Whether the source has places for all that start together: its replication slots and WAL senders are a fixed number for the whole server.
 *
 * <p>Databases of one task file start at once, each after a look of its own, so one may have taken its place before another looks. The server is asked who has one,
 * in the query that counts what is in use: then a place is either in use or still needed, whenever the look comes. The ledgers could not tell it: they are in as many
 * databases, hear of a slot only after it was made, and never of a sender. A slot that a forgotten task of the same name has left in a database counts as that
 * database's own; its precheck passes, and the start then says that there is no slot.
 */
final class PlaceChecks {

    /** Placeholders: databases, the names of our slots, databases. */
    private static final String SLOTS = """
            SELECT current_setting('max_replication_slots')::int AS most, count(*) AS used,
                   count(DISTINCT CASE WHEN s.database = ANY (?::text[]) AND s.slot_name ~ ?::text THEN s.database END) AS held,
                   (SELECT count(*) FROM pg_database d WHERE d.datname = ANY (?::text[])) AS together
              FROM pg_replication_slots s""";

    /**
     * A sender is known by its session: what it does before there is a slot, and between two streams, takes a place too. The sessions of another task of ours in such a
     * database bear the id that ends the name of that task's slot. Placeholders: databases, the names of our slots, databases.
     */
    private static final String SENDERS = """
            SELECT current_setting('max_wal_senders')::int AS most, count(*) AS used,
                   count(DISTINCT CASE WHEN a.datname = ANY (?::text[]) AND a.application_name LIKE 'syncline %'
                                        AND NOT EXISTS (SELECT 1 FROM pg_replication_slots s
                                                         WHERE s.database = a.datname AND s.slot_name !~ ?::text
                                                           AND a.application_name LIKE 'syncline ' || right(s.slot_name::text, 8) || ' %')
                                       THEN a.datname END) AS held,
                   (SELECT count(*) FROM pg_database d WHERE d.datname = ANY (?::text[])) AS together
              FROM pg_stat_replication r LEFT JOIN pg_stat_activity a ON a.pid = r.pid""";

    private final PrecheckScope scope;
    private final SettingRemedy settings;

    /**
     * @param used whoever uses them
     * @param held databases of the task file that have one
     * @param together databases of the task file; those that the server does not have need none
     */
    private record Places(int most, int used, int held, int together) {

        int free() {
            return most - used;
        }
    }

    PlaceChecks(PrecheckScope scope, SettingRemedy settings) {
        this.scope = scope;
        this.settings = settings;
    }

    /** The task's own slot, and one more for exact snapshots and compares, which is dropped at once. */
    Finding slots(CatalogSession session) {
        return finding(
                places(session, SLOTS),
                "max_replication_slots",
                "replication slot",
                "pg_replication_slots",
                "not started");
    }

    Finding senders(CatalogSession session) {
        return finding(places(session, SENDERS), "max_wal_senders", "WAL sender", "pg_stat_replication", "none yet");
    }

    private Places places(CatalogSession session, String query) {
        String databases = CatalogSession.texts(List.copyOf(scope.together()));
        return session.query(
                        query,
                        row -> new Places(
                                row.getInt("most"), row.getInt("used"), row.getInt("held"), row.getInt("together")),
                        databases,
                        ChangeLogName.pattern(scope.task().name()),
                        databases)
                .getFirst();
    }

    /** @param lacking what databases without a place have */
    private Finding finding(Places places, String setting, String word, String view, String lacking) {
        boolean alone = scope.together().isEmpty();
        int needed = alone ? (scope.resuming() ? 0 : 1) : Math.max(0, places.together - places.held);
        String found = Listing.count(places.free(), "free " + word) + " (" + setting + " is " + places.most + ", "
                + places.used + " in use).";
        String who = alone || needed == 0
                ? ""
                : Listing.count(needed, "database") + " of the task file "
                        + (needed == 1
                                ? "has " + lacking + "; it needs one."
                                : "have " + lacking + "; each needs one.");
        String remedy = settings.restarting(setting, Integer.toString(places.used + needed + 1)) + "; or free a " + word
                + " that is not needed any more: SELECT * FROM " + view + ";";
        if (places.free() < needed) {
            return Finding.failed(found, alone ? "The stream of changes needs one." : who, remedy);
        }
        return places.free() > needed
                ? Finding.passed(found)
                : Finding.warning(
                        found,
                        (who
                                        + " Besides the stream's own, tables without a key and exact compares need one for a moment.")
                                .strip(),
                        remedy);
    }
}
