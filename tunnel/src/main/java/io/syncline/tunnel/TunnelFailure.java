package io.syncline.tunnel;

import java.io.IOException;

/** No way through a tunnel came about. The message names the SSH server and no secret. */
public final class TunnelFailure extends IOException {

    /** Whether another try may go better. */
    public enum Kind {
        /** The SSH server does not answer, or the connection to it is lost. */
        UNREACHABLE,
        /** Its key is not the expected one, it does not let the account in, or what the task file names cannot be used. */
        REFUSED
    }

    private final Kind kind;
    private final String remedy;

    TunnelFailure(Kind kind, String message, String remedy) {
        super(message);
        this.kind = kind;
        this.remedy = remedy;
    }

    TunnelFailure(Kind kind, String message, String remedy, Exception cause) {
        super(message, cause);
        this.kind = kind;
        this.remedy = remedy;
    }

    public Kind kind() {
        return kind;
    }

    /** What a user can do. */
    public String remedy() {
        return remedy;
    }
}
