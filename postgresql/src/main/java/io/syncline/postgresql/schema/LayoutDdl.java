package io.syncline.postgresql.schema;

import io.syncline.api.schema.Layout;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Quoting;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How CREATE TABLE says where rows lie (Greenplum documentation, CREATE TABLE: DISTRIBUTED, USING, appendoptimized). */
final class LayoutDdl {

    private LayoutDdl() {}

    /** Said before the table has a key, which is made behind the rows and must hold these columns; left to itself the server takes the first column. */
    static String distribution(Layout layout) {
        TableType type = layout.type();
        return type == null
                ? ""
                : switch (type) {
                    case HASH ->
                        layout.columns().stream()
                                .map(Quoting::identifier)
                                .collect(Collectors.joining(", ", " DISTRIBUTED BY (", ")"));
                    case REPLICATED -> " DISTRIBUTED REPLICATED";
                    case RANDOM -> " DISTRIBUTED RANDOMLY";
                };
    }

    /** Access methods came with PostgreSQL 12, and so with Greenplum 7. */
    static String accessMethod(Storage storage, Dialect dialect) {
        return dialect == Dialect.GREENPLUM_7 ? " USING " + storage.name().toLowerCase(Locale.ROOT) : "";
    }

    /** Before it, storage parameters said the same. */
    static List<String> parameters(Storage storage, Dialect dialect) {
        return dialect != Dialect.GREENPLUM_6
                ? List.of()
                : switch (storage) {
                    case HEAP -> List.of("appendonly=false");
                    case AO_ROW -> List.of("appendonly=true", "orientation=row");
                    case AO_COLUMN -> List.of("appendonly=true", "orientation=column");
                    case BEAM -> List.of("appendonly=true", "orientation=beam");
                };
    }
}
