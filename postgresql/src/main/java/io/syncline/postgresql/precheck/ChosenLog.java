package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.task.StartFrom;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PublishedTables;
import io.syncline.postgresql.catalog.PublishingRight;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Through which plugin a start reads the log, by the rule that the start itself goes by; and what the task file names for it. */
final class ChosenLog {

    /** What reading through test_decoding means, for items that lead to it. */
    private static final String WITHOUT_PUBLICATION =
            "The log is read through test_decoding, which tells of tables by their names alone: partitioned tables, and tables whose rows the log does not tell apart, are refused.";

    private static final String NOTHING_ELSE =
            "Each segment's log is read with a publication, through pgoutput; nothing can take its place.";

    private static final String SLOT = """
            SELECT s.plugin, s.database = current_database() AS here, s.active
              FROM pg_replication_slots s
             WHERE s.slot_name = ?::name""";

    private final ChosenTables chosen;
    private final NamedLog named;
    private final boolean resuming;
    private final boolean publishesOnly;
    private @Nullable Boolean publishes;

    private record Slot(String plugin, boolean here, boolean active) {
        static Slot of(ResultSet row) throws SQLException {
            String plugin = row.getString("plugin");
            return new Slot(plugin == null ? "" : plugin, row.getBoolean("here"), row.getBoolean("active"));
        }
    }

    /**
     * @param resuming true when the task may be reading the slot at this moment
     * @param publishesOnly true where nothing takes the place of a publication that cannot be made: segments are read through pgoutput alone
     */
    ChosenLog(ChosenTables chosen, NamedLog named, boolean resuming, boolean publishesOnly) {
        this.chosen = chosen;
        this.named = named;
        this.resuming = resuming;
        this.publishesOnly = publishesOnly;
    }

    /** Whether through pgoutput, with a publication. */
    boolean publishes(CatalogSession session) {
        Boolean known = publishes;
        if (known == null) {
            known = look(session);
            publishes = known;
        }
        return known;
    }

    /** What is found, where a publication of the task's own cannot be made. */
    Finding withoutPublication(String found, String remedy) {
        return publishesOnly
                ? Finding.failed(found, NOTHING_ELSE, remedy)
                : Finding.warning(found, WITHOUT_PUBLICATION, remedy);
    }

    /** Whether with a publication of the task's own. */
    boolean makesPublication(CatalogSession session) {
        return publishes(session) && named.publication() == null;
    }

    private boolean look(CatalogSession session) {
        if (publishesOnly) {
            return true;
        }
        if (session.serverVersion() < ServerRelease.MODERN) {
            return false;
        }
        List<Slot> slot = slot(session);
        if (!slot.isEmpty()) {
            return slot.getFirst().plugin().equals("pgoutput");
        }
        return named.publication() != null
                || PublishingRight.has(session, chosen.byOid(session).keySet());
    }

    private List<Slot> slot(CatalogSession session) {
        return named.slot() == null ? List.of() : session.query(SLOT, Slot::of, named.slot());
    }

    Finding publication(CatalogSession session) {
        String publication = named.publication();
        if (publication == null) {
            return Finding.passed("The task file names none.");
        }
        String quoted = Quoting.identifier(publication);
        if (!publishes(session)) {
            return Finding.failed(
                    "The publication " + quoted + " would not be used.",
                    session.serverVersion() < ServerRelease.MODERN
                            ? "Before PostgreSQL 10 there are no publications."
                            : "The slot that the task file names is not one of pgoutput.",
                    "Leave the publication out of the task file.");
        }
        List<String> lacking = PublishedTables.lacking(
                session, publication, chosen.byOid(session).keySet());
        if (lacking.isEmpty()) {
            return Finding.passed("The publication " + quoted + " holds every change of the chosen tables.");
        }
        return Finding.failed(
                "The publication " + quoted + " is not complete: " + String.join("; ", lacking) + ".",
                "Changes that it does not publish would be missing at the destination.",
                "Have its owner complete it: ALTER PUBLICATION " + quoted
                        + " ADD TABLE ..., or ALTER PUBLICATION ... SET (publish = 'insert, update, delete, truncate').");
    }

    Finding slotNamed(CatalogSession session) {
        String name = named.slot();
        if (name == null) {
            return Finding.passed("The task file names none.");
        }
        List<Slot> found = slot(session);
        String plugin = named.publication() == null && !mayPublish(session) ? "test_decoding" : "pgoutput";
        String make = "SELECT pg_create_logical_replication_slot(" + Quoting.literal(name) + ", "
                + Quoting.literal(plugin) + ");";
        if (session.serverVersion() < ServerRelease.MODERN) {
            return Finding.failed(
                    "The task file names the replication slot " + name + ".",
                    "Before PostgreSQL 10 only a slot that the task makes itself comes with a snapshot.",
                    "Leave the slot out of the task file.");
        }
        if (found.isEmpty()) {
            return Finding.failed(
                    "There is no replication slot " + name + ".", "The stream of changes is read from it.", make);
        }
        Slot slot = found.getFirst();
        boolean readable = slot.plugin().equals("test_decoding")
                || (slot.plugin().equals("pgoutput") && (named.publication() != null || mayPublish(session)));
        if (!slot.here() || !readable) {
            return Finding.failed(
                    "The replication slot " + name + " is of "
                            + (slot.here() ? "the plugin " + slot.plugin() : "another database") + ".",
                    slot.plugin().equals("pgoutput") && slot.here()
                            ? "It is read with a publication, which the role may not make, and the task file names none."
                            : "Slots of this database with pgoutput or test_decoding can be read.",
                    "SELECT pg_drop_replication_slot(" + Quoting.literal(name) + ");\n" + make);
        }
        if (slot.active() && !resuming) {
            return Finding.failed(
                    "The replication slot " + name + " is being read.",
                    "Two readers would each miss changes.",
                    "End its reader, or name another slot.");
        }
        return Finding.passed("The replication slot " + name + " can be read, through " + slot.plugin() + ".");
    }

    /** Whether the log reaches back to where the task is to start. */
    Finding start(CatalogSession session, StartFrom from) {
        if (!from.needsKeptLog() || resuming) {
            return Finding.passed(resuming ? "The task has started." : "The log is kept from where the task starts.");
        }
        String name = named.slot();
        List<Lsn> confirmed = name == null
                ? List.of()
                : session.query(
                        "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = ?::name AND confirmed_flush_lsn IS NOT NULL",
                        row -> Lsn.parse(row.getString(1)),
                        name);
        if (confirmed.isEmpty()) {
            return Finding.failed(
                    name == null
                            ? "The task file names no replication slot."
                            : "The replication slot " + name + " keeps no log.",
                    "Only a slot that was made with the copy, or before it, has kept the changes since then.",
                    "Name that slot with source.slot; or say startFrom: compare.");
        }
        List<String> gaps = new ArrayList<>();
        if (publishes(session)) {
            String publication = named.publication();
            if (publication == null) {
                gaps.add(
                        "the task file names no publication, and one that the task makes holds none of the changes that the slot has kept");
            } else {
                gaps.addAll(PublishedTables.younger(
                        session,
                        publication,
                        name == null ? "" : name,
                        chosen.byOid(session).keySet()));
            }
        }
        if (from instanceof StartFrom.At(String position) && Lsn.parse(position).compareTo(confirmed.getFirst()) < 0) {
            gaps.add("the task is to start at " + position + ", and the slot has let go of its log up to "
                    + confirmed.getFirst());
        }
        return gaps.isEmpty()
                ? Finding.passed("The log is kept from " + confirmed.getFirst() + " on.")
                : Finding.failed(
                        "The log does not reach back: " + String.join("; ", gaps) + ".",
                        "Changes that no stream sends would be missing at the destination.",
                        "Make the publication first, then the slot, then the copy, and name both (source.publication, source.slot); or say startFrom: compare.");
    }

    private boolean mayPublish(CatalogSession session) {
        return session.serverVersion() >= ServerRelease.MODERN
                && PublishingRight.has(session, chosen.byOid(session).keySet());
    }
}
