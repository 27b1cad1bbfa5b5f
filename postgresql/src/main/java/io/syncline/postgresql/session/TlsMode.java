package io.syncline.postgresql.session;

/** How a connection is encrypted; the words are libpq's sslmode. */
public enum TlsMode {
    DISABLE("disable"),
    PREFER("prefer"),
    REQUIRE("require"),
    VERIFY_CA("verify-ca"),
    VERIFY_FULL("verify-full");

    private final String word;

    TlsMode(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** True when a connection without encryption is never made. */
    public boolean requires() {
        return this != DISABLE && this != PREFER;
    }

    /** True when a server must prove who it is. */
    public boolean verifies() {
        return this == VERIFY_CA || this == VERIFY_FULL;
    }
}
