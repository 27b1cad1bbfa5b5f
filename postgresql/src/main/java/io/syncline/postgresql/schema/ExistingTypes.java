package io.syncline.postgresql.schema;

import io.syncline.api.schema.SchemaObject;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Sessions;
import java.util.List;

/** Types that were at the destination before us. */
final class ExistingTypes {

    private static final String OID = """
            SELECT t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE n.nspname = ?::text AND t.typname = ?::text""";

    private final Sessions sessions;

    ExistingTypes(Sessions sessions) {
        this.sessions = sessions;
    }

    /** True when the type of this name has the very same shape, as the destination itself prints it. */
    boolean holds(SchemaObject type) {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            List<Long> oids = session.query(
                    OID,
                    row -> row.getLong("oid"),
                    type.ref().schema(),
                    type.ref().name());
            return new TypeReader(session).read(oids).stream().map(Part::object).anyMatch(type::equals);
        }
    }
}
