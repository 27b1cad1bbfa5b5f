package io.syncline.postgresql.precheck;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The destination's server as a whole. */
final class DestinationServerChecks {

    private static final int PARAMETER_GRANTS = 150000;

    private final Sessions sessions;
    private final PrecheckScope scope;

    DestinationServerChecks(Sessions sessions, PrecheckScope scope) {
        this.sessions = sessions;
        this.scope = scope;
    }

    Finding writable(CatalogSession session) {
        boolean standby = session.query("SELECT pg_is_in_recovery()", row -> row.getBoolean(1))
                .getFirst();
        if (!standby) {
            return Finding.passed("The server is a primary.");
        }
        return Finding.failed(
                "The server is in recovery: it is a standby.",
                "A standby takes no writes.",
                "Name the primary in the task file.");
    }

    /** T2. */
    Finding replicaRole(CatalogSession session) {
        if (ReplicaRole.isAllowed(sessions)) {
            return Finding.passed("The role may set session_replication_role: triggers and foreign keys stay silent.");
        }
        String user = Quoting.identifier(sessions.connection().user());
        return Finding.warning(
                "The role " + user + " may not set session_replication_role.",
                "What differs: foreign keys are made at cutover only, and triggers, rules and foreign keys that are there already must be off,"
                        + " since they would act on the rows that are applied.",
                session.serverVersion() >= PARAMETER_GRANTS
                        ? "GRANT SET ON PARAMETER session_replication_role TO " + user + ";"
                        : "ALTER ROLE " + user + " SUPERUSER; -- before PostgreSQL 15 nothing less gives this right");
    }

    /** T17: walsenders of logical slots are no standbys. */
    Finding standbys(CatalogSession session) {
        List<String> asynchronous = session.query("""
                SELECT coalesce(r.application_name, 'standby') AS name
                  FROM pg_stat_replication r
                  LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
                 WHERE coalesce(s.slot_type, 'physical') = 'physical'
                   AND coalesce(r.sync_state, 'async') NOT IN ('sync', 'quorum')
                   AND r.application_name IS DISTINCT FROM 'pg_basebackup'
                 ORDER BY 1""", row -> row.getString("name"));
        if (asynchronous.isEmpty()) {
            return Finding.passed("No asynchronous standby follows the destination.");
        }
        return Finding.warning(
                Listing.count(asynchronous.size(), "asynchronous standby") + ": " + Listing.names(asynchronous) + ".",
                "A failover to it loses rows that the source was told to be safe; the task then stops and has to be repaired.",
                "Name it in synchronous_standby_names.");
    }

    Finding names(CatalogSession session) {
        int limit = session.query("SELECT current_setting('max_identifier_length')::int", row -> row.getInt(1))
                .getFirst();
        List<String> tooLong = scope.routes().stream()
                .flatMap(DestinationServerChecks::names)
                .filter(name -> name.getBytes(StandardCharsets.UTF_8).length > limit)
                .distinct()
                .toList();
        if (tooLong.isEmpty()) {
            return Finding.passed("No name is longer than " + limit + " bytes.");
        }
        return Finding.failed(
                Listing.count(tooLong.size(), "name") + " longer than " + limit + " bytes: " + Listing.names(tooLong)
                        + ".",
                "The server would cut it off, and so use another name.",
                "Give the table or column a shorter destination name in the task file.");
    }

    private static Stream<String> names(TableRoute route) {
        return Stream.concat(
                Stream.of(
                        route.destination().table().schema(),
                        route.destination().table().name()),
                Objects.requireNonNull(route.destination().columns()).stream().map(Column::name));
    }
}
