package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;

/** What the process ends with; scripts rely on it, and docs/reference/cli.md lists it. */
public final class ExitCode {

    public static final int DONE = 0;
    public static final int INTERNAL = 1;
    /** Wrong words on the command line, a task file that is not valid, or a task that is not in the state for this command. */
    public static final int USAGE = 2;

    public static final int PRECHECK_FAILED = 3;
    public static final int TASK_FAILED = 4;
    public static final int DIFFERENCES = 5;

    private ExitCode() {}

    public static int of(SyncException failure) {
        return switch (failure.code().kind()) {
            case USER -> ofUser(failure.code());
            case SOURCE, DESTINATION, DATA, TRANSIENT, FENCED -> TASK_FAILED;
            case BUG -> INTERNAL;
        };
    }

    private static int ofUser(ErrorCode code) {
        if (code == ErrorCode.PRECHECK_FAILED) {
            return PRECHECK_FAILED;
        }
        return code == ErrorCode.AUTHENTICATION ? TASK_FAILED : USAGE;
    }
}
