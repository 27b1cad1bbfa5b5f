package io.syncline.cli.history;

import java.util.List;

/**
 * What one of the writers does next.
 *
 * @param session of the writer, from 0
 * @param table a number that chooses one
 * @param x and {@code y}: small numbers that choose rows, columns and values
 * @param name part of one that something gets
 */
record HistoryStep(int session, Action action, int table, int x, int y, String name) {

    enum Action {
        BEGIN,
        COMMIT,
        ROLLBACK,
        SAVEPOINT,
        ROLLBACK_TO_SAVEPOINT,
        INSERT,
        INSERT_MANY,
        UPDATE,
        UPDATE_ALL,
        CHANGE_DOCUMENT,
        CHANGE_UNIQUE,
        SWAP_UNIQUE,
        CHANGE_ADDED,
        CHANGE_KEY,
        TURN_KEYS,
        DELETE,
        DELETE_MANY,
        REPLACE,
        TRUNCATE,
        TRUNCATE_TWO,
        ADD_COLUMN,
        DROP_COLUMN,
        RENAME_COLUMN,
        SWAP_COLUMNS,
        WIDEN,
        REQUIRE,
        ALLOW_NULLS,
        SET_DEFAULT,
        DROP_DEFAULT,
        SEVERAL,
        RENAME_TABLE,
        RENAME_TABLE_AGAIN,
        SWAP_TABLES,
        DROP_TABLE,
        ADD_UNKNOWN,
        COMPUTE,
        WIDEN_WITH_REWRITE,
        CREATE_TABLE,
        CREATE_TABLE_AS,
        PAUSE
    }

    /**
     * The statement, or several of one transaction; none when there is nothing that it could be about.
     *
     * @param tables as the writer sees them
     * @param altered how many of them may be altered, the oldest
     * @param ordinal of the step, which makes its name one of its own
     */
    String sql(List<SourceTable> tables, int altered, int ordinal) {
        SourceTable chosen = tables.get(table % tables.size());
        SourceTable other = tables.get((table + 1) % tables.size());
        RowSql rows = new RowSql(chosen, x, y);
        SourceTable old = tables.get(table % Math.min(altered, tables.size()));
        AlterationSql alteration = new AlterationSql(old, x, y, "n" + ordinal + name);
        return switch (action) {
            case BEGIN -> "BEGIN";
            case COMMIT -> "COMMIT";
            case ROLLBACK -> "ROLLBACK";
            case SAVEPOINT -> "SAVEPOINT s";
            case ROLLBACK_TO_SAVEPOINT -> "ROLLBACK TO SAVEPOINT s";
            case INSERT -> rows.insert();
            case INSERT_MANY -> rows.insertMany();
            case UPDATE -> rows.update();
            case UPDATE_ALL -> rows.updateAll();
            case CHANGE_DOCUMENT -> rows.changeDocument();
            case CHANGE_UNIQUE -> rows.changeUnique();
            case SWAP_UNIQUE -> rows.swapUnique();
            case CHANGE_ADDED -> rows.changeAdded();
            case CHANGE_KEY -> rows.changeKey();
            case TURN_KEYS -> rows.turnKeys();
            case DELETE -> rows.delete();
            case DELETE_MANY -> rows.deleteMany();
            case REPLACE -> rows.delete() + "; " + rows.insert();
            case TRUNCATE -> rows.truncate(chosen);
            case TRUNCATE_TWO -> rows.truncate(other);
            case ADD_COLUMN -> alteration.addColumn();
            case DROP_COLUMN -> alteration.dropColumn();
            case RENAME_COLUMN -> alteration.renameColumn();
            case SWAP_COLUMNS -> alteration.swapColumns();
            case WIDEN -> alteration.widen();
            case REQUIRE -> alteration.require();
            case ALLOW_NULLS -> alteration.allowNulls();
            case SET_DEFAULT -> alteration.setDefault();
            case DROP_DEFAULT -> alteration.dropDefault();
            case SEVERAL -> alteration.several();
            case RENAME_TABLE -> alteration.renameTable();
            case RENAME_TABLE_AGAIN -> alteration.renameTableAgain();
            case SWAP_TABLES -> alteration.swapTables(other);
            case DROP_TABLE -> tables.size() > 1 ? alteration.dropTable() : "";
            case ADD_UNKNOWN -> alteration.addUnknown();
            case COMPUTE -> alteration.compute();
            case WIDEN_WITH_REWRITE -> alteration.widenWithRewrite();
            case CREATE_TABLE -> alteration.createTable();
            case CREATE_TABLE_AS -> alteration.createTableAs();
            case PAUSE -> "SELECT pg_sleep(0.00" + y + ")";
        };
    }
}
