package io.syncline.postgresql.stream.testdecoding;

/** How the plugin prints the values of a type (test_decoding.c, print_literal). A domain is printed like no type of the server's own. */
enum LiteralForm {
    /** Numbers, as their output function prints them: up to the next space. */
    BARE,
    /** {@code B'101'}. */
    BITS,
    /** {@code true} and {@code false}, which the output function prints as {@code t} and {@code f}. */
    BOOLEAN,
    /** In single quotes; those within are doubled, and nothing else is escaped, whatever standard_conforming_strings says. */
    QUOTED;

    /** @param type oid of a type, fixed for those of the server (pg_type.dat) */
    static LiteralForm of(int type) {
        return switch (type) {
            case 20, 21, 23, 26, 700, 701, 1700 -> BARE;
            case 1560, 1562 -> BITS;
            case 16 -> BOOLEAN;
            default -> QUOTED;
        };
    }
}
