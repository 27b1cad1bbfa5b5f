package io.syncline.api.model;

/**
 * How far equal values of a type have equal text forms. It decides whether changes may be brought together by the bytes of their key (a numeric key 1.0
 * becomes 1.00 without becoming another key).
 */
public enum TextForm {
    /** Equal values print alike: integers, uuid, text under a deterministic collation, timestamps under a pinned time zone. */
    UNIQUE,
    /** Equal after trailing zeros of the fraction are cut: numeric. */
    NUMERIC,
    /** Equal after -0 became 0: real, double precision. */
    FLOAT,
    /** Equal after trailing blanks are cut: char(n). */
    BLANK_PADDED,
    /** No rule known here: citext, text under a nondeterministic collation, user-defined types. Changes are applied one by one, in source order. */
    OPAQUE
}
