package io.syncline.postgresql.schema;

import io.syncline.postgresql.session.Quoting;

/** Storage parameters of tables and indexes ({@code fillfactor=70}) as SQL. */
final class StorageParameter {

    private StorageParameter() {}

    /** {@code "fillfactor"='70'}, {@code toast."vacuum_truncate"='false'}; the name as pg_class.reloptions holds it. */
    static String sql(String option) {
        int equals = option.indexOf('=');
        String name = option.substring(0, equals);
        int dot = name.indexOf('.');
        String quoted = dot < 0
                ? Quoting.identifier(name)
                : Quoting.identifier(name.substring(0, dot)) + "." + Quoting.identifier(name.substring(dot + 1));
        return quoted + "=" + Quoting.literal(option.substring(equals + 1)).trim();
    }
}
