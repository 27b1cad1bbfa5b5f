package io.syncline.postgresql.schema;

import java.util.List;

/**
 * A statement that knows which part of it speaks of what, so that the position in a server's error names a column.
 *
 * @param sql the statement
 * @param places in the order of their begin
 * @param isEdited whether the user wrote it
 */
record Ddl(String sql, List<Place> places, boolean isEdited) {

    Ddl {
        places = List.copyOf(places);
    }

    /**
     * @param begin the index in the statement from which on it speaks of this
     * @param what for messages: {@code column total}
     */
    record Place(int begin, String what) {}

    static Ddl of(String sql) {
        return of(sql, List.of());
    }

    static Ddl of(String sql, List<Place> places) {
        return new Ddl(sql, places, false);
    }

    static Ddl edited(String sql) {
        return new Ddl(sql, List.of(), true);
    }

    /** With more behind it. */
    Ddl then(String more) {
        return new Ddl(sql + more, places, isEdited);
    }

    /**
     * What the statement speaks of at a place; empty when it is its subject as a whole.
     *
     * @param position in characters (code points), from 1, as the server counts (PostgreSQL documentation, Error and Notice Message Fields, P); 0 for none
     */
    String placeAt(int position) {
        if (position < 1 || position > sql.codePointCount(0, sql.length())) {
            return "";
        }
        int index = sql.offsetByCodePoints(0, position - 1);
        String found = "";
        for (Place place : places) {
            if (place.begin() <= index) {
                found = place.what();
            }
        }
        return found;
    }
}
