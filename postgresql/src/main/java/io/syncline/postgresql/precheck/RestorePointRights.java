package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.Right;
import io.syncline.api.port.Right.Grantor;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.List;

/** The right to mark a place in the logs of all segments at once (T35), by functions that are superusers' alone until somebody gives them away. */
final class RestorePointRights {

    private static final String WHY =
            "By marks in the logs of all segments it is known which parts of their streams make whole transactions.";

    /** {@code gp_} at the coordinator calls {@code pg_} on each segment, as the same role. */
    private static final List<String> FUNCTIONS =
            List.of("pg_catalog.gp_create_restore_point(text)", "pg_catalog.pg_create_restore_point(text)");

    private final String user;

    /** @param user quoted */
    RestorePointRights(String user) {
        this.user = user;
    }

    List<Right> list(CatalogSession session) {
        return FUNCTIONS.stream()
                .map(function -> new Right(Grantor.SUPERUSER, grant(function), WHY, has(session, function)))
                .toList();
    }

    Finding look(CatalogSession session) {
        List<String> lacking =
                FUNCTIONS.stream().filter(function -> !has(session, function)).toList();
        if (lacking.isEmpty()) {
            return Finding.passed("The role may mark places in the segments' logs.");
        }
        return Finding.failed(
                "The role " + user + " may not execute " + Listing.names(lacking) + ".",
                WHY,
                Listing.statements(lacking.stream().map(this::grant).toList()));
    }

    private String grant(String function) {
        return "GRANT EXECUTE ON FUNCTION " + function + " TO " + user + ";";
    }

    private static boolean has(CatalogSession session, String function) {
        return session.query("SELECT has_function_privilege(?::text, 'EXECUTE')", row -> row.getBoolean(1), function)
                .getFirst();
    }
}
