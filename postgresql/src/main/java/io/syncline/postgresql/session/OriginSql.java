package io.syncline.postgresql.session;

import io.syncline.api.model.Origin;
import org.jspecify.annotations.Nullable;

/** The origin of rows in statements about merged tables (docs/design/merge.md). */
public final class OriginSql {

    /** The column's name, quoted. */
    public static final String COLUMN = Quoting.identifier(Origin.COLUMN);

    private OriginSql() {}

    /** The origin as an expression. */
    public static String value(Origin origin) {
        return Quoting.literal(origin.value());
    }

    /** What is true of the rows of this origin only. */
    public static String isOwn(Origin origin, String alias) {
        return alias + "." + COLUMN + " = " + value(origin);
    }

    /** A list of columns, or of values for them, with the origin's behind it. */
    public static String with(@Nullable Origin origin, String list, String ofOrigin) {
        return origin == null ? list : list.isEmpty() ? ofOrigin : list + ", " + ofOrigin;
    }
}
