package io.syncline.postgresql.catalog;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.port.Databases;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The databases of a server, seen from one of them (PostgreSQL documentation, pg_database, CREATE DATABASE). */
public final class PostgresDatabases implements Databases {

    private static final String LIBC = "c";
    private static final String ICU = "i";
    private static final String BUILTIN = "b";

    /** From here on a database may be ordered by ICU. */
    private static final int PROVIDERS = 150_000;

    /** From here on the provider's locale is datlocale, and the server has a provider of its own. */
    private static final int BUILTIN_PROVIDER = 170_000;

    private static final String DUPLICATE = "42P04";

    private final Sessions sessions;

    public PostgresDatabases(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public SortedMap<String, Database> all() {
        int version = sessions.serverVersion();
        String named = version >= BUILTIN_PROVIDER ? "datlocale" : version >= PROVIDERS ? "daticulocale" : "NULL::text";
        String provider = version >= PROVIDERS ? "datlocprovider::text" : "'c'::text";
        String query = """
                SELECT datname, has_database_privilege(oid, 'CONNECT') AS may_connect, pg_encoding_to_char(encoding) AS encoding,
                       %s AS provider, coalesce(datcollate, '') AS collate, coalesce(datctype, '') AS characters, %s AS named
                  FROM pg_catalog.pg_database
                 WHERE datallowconn AND NOT datistemplate""".formatted(provider, named);
        SortedMap<String, Database> all = new TreeMap<>();
        try (CatalogSession session = CatalogSession.open(sessions)) {
            session.query(query, PostgresDatabases::read).forEach(database -> all.put(database.name(), database));
        }
        return all;
    }

    private static Database read(ResultSet row) throws SQLException {
        return new Database(
                row.getString("datname"),
                row.getBoolean("may_connect"),
                row.getString("encoding"),
                new TextOrder(
                        row.getString("provider"),
                        row.getString("collate"),
                        row.getString("characters"),
                        row.getString("named")));
    }

    @Override
    public boolean mayMake() {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            return session.query(
                            "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user",
                            row -> row.getBoolean(1))
                    .getFirst();
        }
    }

    /** A new database is made from template0, the only one that may have another encoding and locale than the server's own. */
    @Override
    public Making making(String name, @Nullable Database like) {
        StringBuilder statement = new StringBuilder("CREATE DATABASE " + Quoting.identifier(name));
        if (like == null) {
            return new Making(statement.toString(), List.of());
        }
        List<String> differences = new ArrayList<>();
        statement.append(" TEMPLATE template0 ENCODING ").append(Quoting.literal(like.encoding()));
        TextOrder order = like.order();
        try (CatalogSession session = CatalogSession.open(sessions)) {
            if (knows(session, order.collate()) && knows(session, order.characters())) {
                statement
                        .append(" LC_COLLATE ")
                        .append(Quoting.literal(order.collate()))
                        .append(" LC_CTYPE ")
                        .append(Quoting.literal(order.characters()));
            } else {
                differences.add("the locale " + order.collate() + " is not known here");
            }
            if (!order.provider().equals(LIBC)) {
                provided(session, order, statement, differences);
            }
        }
        return new Making(statement.toString(), differences);
    }

    private void provided(CatalogSession session, TextOrder order, StringBuilder statement, List<String> differences) {
        String named = Quoting.literal(order.named() == null ? "" : order.named());
        if (order.provider().equals(ICU) && sessions.serverVersion() >= PROVIDERS && hasIcu(session)) {
            statement.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(named);
        } else if (order.provider().equals(BUILTIN) && sessions.serverVersion() >= BUILTIN_PROVIDER) {
            statement.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(named);
        } else {
            differences.add("this server does not order text as the locale " + order.named() + " of the source does");
        }
    }

    private static boolean hasIcu(CatalogSession session) {
        return !session.query("SELECT 1 FROM pg_catalog.pg_collation WHERE collprovider = 'i' LIMIT 1", row -> 1)
                .isEmpty();
    }

    /** Systems write one locale's encoding as UTF-8 and utf8. */
    private static boolean knows(CatalogSession session, String locale) {
        if (locale.equals("C") || locale.equals("POSIX")) {
            return true;
        }
        return session
                .query(
                        "SELECT collcollate FROM pg_catalog.pg_collation UNION SELECT datcollate FROM pg_catalog.pg_database",
                        row -> row.getString(1))
                .stream()
                .anyMatch(known -> known != null && plain(known).equals(plain(locale)));
    }

    private static String plain(String locale) {
        return locale.replace("-", "").toLowerCase(Locale.ROOT);
    }

    @Override
    public void make(Making making) {
        try {
            sessions.briefly("databases", session -> {
                try (Statement statement = session.createStatement()) {
                    statement.setEscapeProcessing(false);
                    return statement.execute(making.statement());
                }
            });
        } catch (SQLException e) {
            if (!SqlErrors.state(e).equals(DUPLICATE)) {
                throw sessions.errors().of(e, "making a database", ErrorCode.DESTINATION_SCHEMA);
            }
        }
    }
}
