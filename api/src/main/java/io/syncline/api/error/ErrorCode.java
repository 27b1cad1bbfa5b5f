package io.syncline.api.error;

/** The stable name of a failure; each has a page in docs/reference/errors.md. */
public enum ErrorCode {
    // the user's file, words or choices
    TASK_FILE_INVALID(Kind.USER),
    USAGE(Kind.USER),
    TASK_AMBIGUOUS(Kind.USER),
    TASK_UNKNOWN(Kind.USER),
    TASK_RUNNING(Kind.USER),
    TASK_NOT_RUNNING(Kind.USER),
    TASK_FINISHED(Kind.USER),
    COMMAND_REFUSED(Kind.USER),
    TASK_CHANGED(Kind.USER),
    EDIT_REFUSED(Kind.USER),
    PRECHECK_FAILED(Kind.USER),

    // what was set up at the source or the destination
    SOURCE_RIGHTS(Kind.SOURCE),
    SOURCE_SETTINGS(Kind.SOURCE),
    SOURCE_IDENTITY(Kind.SOURCE),
    SOURCE_GAP(Kind.SOURCE),
    SLOT_MISSING(Kind.SOURCE),
    SOURCE_LOG_LIMIT(Kind.SOURCE),
    HEAL_UNFINISHED(Kind.SOURCE),
    HEAL_REFUSED(Kind.USER),
    SLOT_IN_USE(Kind.SOURCE),
    SOURCE_SCHEMA_CHANGED(Kind.SOURCE),
    SESSION_SETTINGS(Kind.SOURCE),
    DESTINATION_RIGHTS(Kind.DESTINATION),
    DESTINATION_OBJECT_EXISTS(Kind.DESTINATION),
    DESTINATION_SCHEMA(Kind.DESTINATION),
    LEDGER_INVALID(Kind.DESTINATION),
    AUTHENTICATION(Kind.USER),
    TLS_FILES(Kind.USER),
    TUNNEL_REFUSED(Kind.USER),

    // the rows
    VALUE_REJECTED(Kind.DATA),
    ROW_TOO_LARGE(Kind.DATA),
    CONFLICT_KEY_EXISTS(Kind.DATA),
    CONFLICT_ROW_MISSING(Kind.DATA),
    OBJECT_NOT_CARRIED(Kind.DATA),

    // worth another try
    SOURCE_UNREACHABLE(Kind.TRANSIENT),
    SOURCE_BUSY(Kind.TRANSIENT),
    DESTINATION_UNREACHABLE(Kind.TRANSIENT),
    DESTINATION_BUSY(Kind.TRANSIENT),
    DISK_FULL(Kind.TRANSIENT),
    SNAPSHOT_LOST(Kind.TRANSIENT),
    TABLE_MOVED(Kind.TRANSIENT),

    // somebody else took over: this process must stop writing (I7)
    FENCED(Kind.FENCED),

    INVARIANT_BROKEN(Kind.BUG);

    /** Who can help, and whether trying again may. */
    public enum Kind {
        USER,
        SOURCE,
        DESTINATION,
        DATA,
        /** The same work, begun again from the ledger, may pass. */
        TRANSIENT,
        FENCED,
        BUG
    }

    private final Kind kind;

    ErrorCode(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
