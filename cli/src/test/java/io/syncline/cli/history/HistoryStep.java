package io.syncline.cli.history;

import java.util.List;

/**
 * What one of the writers does next.
 *
 * @param session of the writer, from 0
 * @param table a number that chooses one
 * @param x and {@code y}: small numbers that choose rows and values
 */
record HistoryStep(int session, Action action, int table, int x, int y) {

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
        CHANGE_KEY,
        TURN_KEYS,
        DELETE,
        DELETE_MANY,
        REPLACE,
        TRUNCATE,
        TRUNCATE_TWO,
        PAUSE
    }

    String sql(String schema, List<HistoryTable> tables) {
        HistoryTable t = tables.get(table % tables.size());
        HistoryTable other = tables.get((table + 1) % tables.size());
        String name = t.in(schema);
        String number = t.column(0);
        String text = t.column(1);
        String document = t.column(2);
        String unique = t.column(3);
        return switch (action) {
            case BEGIN -> "BEGIN";
            case COMMIT -> "COMMIT";
            case ROLLBACK -> "ROLLBACK";
            case SAVEPOINT -> "SAVEPOINT s";
            case ROLLBACK_TO_SAVEPOINT -> "ROLLBACK TO SAVEPOINT s";
            case INSERT -> insert(name);
            case INSERT_MANY ->
                "INSERT INTO " + name + " SELECT g, 'm' || g % " + (y + 1) + " || '-' || g, " + document()
                        + " FROM generate_series(" + 100 * x + ", " + (100 * x + 3 * y) + ") g";
            case UPDATE -> "UPDATE " + name + " SET " + text + " = 'u" + y + "' WHERE " + number + " = " + x;
            case UPDATE_ALL -> "UPDATE " + name + " SET " + text + " = " + text + " || '" + y + "'";
            case CHANGE_DOCUMENT ->
                "UPDATE " + name + " SET " + document + " = " + document() + " WHERE " + number + " >= " + x;
            case CHANGE_UNIQUE -> "UPDATE " + name + " SET " + unique + " = " + y + " WHERE " + number + " = " + x;
            case SWAP_UNIQUE ->
                "UPDATE %1$s SET %2$s = -1 WHERE %2$s = %3$d; UPDATE %1$s SET %2$s = %3$d WHERE %2$s = %4$d; UPDATE %1$s SET %2$s = %4$d WHERE %2$s = -1"
                        .formatted(name, unique, x, y);
            case CHANGE_KEY -> "UPDATE " + name + " SET " + number + " = " + number(y) + " WHERE " + number + " = " + x;
            case TURN_KEYS ->
                "UPDATE " + name + " SET " + number + " = -" + number + ", " + text + " = " + text + " || '~'";
            case DELETE -> "DELETE FROM " + name + " WHERE " + number + " = " + x;
            case DELETE_MANY -> "DELETE FROM " + name + " WHERE " + number + " > " + 10 * x;
            case REPLACE -> "DELETE FROM " + name + " WHERE " + number + " = " + x + "; " + insert(name);
            case TRUNCATE -> "TRUNCATE " + name;
            case TRUNCATE_TWO -> "TRUNCATE " + name + (t.equals(other) ? "" : ", " + other.in(schema));
            case PAUSE -> "SELECT pg_sleep(0.00" + y + ")";
        };
    }

    private String insert(String name) {
        return "INSERT INTO " + name + " VALUES (" + number(x) + ", 'i" + (x + y) % 7 + "', " + document() + ", "
                + (y % 3 == 0 ? "NULL" : "" + y) + ")";
    }

    private String number(int value) {
        return y % 2 == 0 ? "" + value : value + ".0";
    }

    /** Large ones are kept beside their rows. */
    private String document() {
        return switch (y % 4) {
            case 0 -> "NULL";
            case 1 -> "'small " + y + "'";
            default -> "repeat('large " + y + " ', 400)";
        };
    }
}
