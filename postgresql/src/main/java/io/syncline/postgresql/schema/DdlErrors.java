package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.schema.ObjectRef;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says why an object could not be made, and of which column the server spoke. SQLSTATEs: PostgreSQL documentation, Appendix A. */
final class DdlErrors {

    /** invalid_table_definition. */
    private static final String INVALID_DEFINITION = "42P16";

    private final Sessions sessions;

    DdlErrors(Sessions sessions) {
        this.sessions = sessions;
    }

    SyncException of(SQLException failure, ObjectRef ref, Ddl ddl) {
        String state = SqlErrors.state(failure);
        String doing = "making the " + ref;
        if (SqlErrors.isConnectionLoss(failure) || SqlErrors.isPassing(state) || SqlErrors.isDiskFull(state)) {
            return sessions.errors().of(failure, doing, ErrorCode.DESTINATION_SCHEMA);
        }
        if (isOfTheServer(ref) && isAlready(state)) {
            // Another session, such as one of this task's run for another database, made it a moment ago: it is found
            // there by the next attempt.
            return new SyncException(
                    ErrorCode.DESTINATION_BUSY,
                    "destination " + sessions.connection().address() + ": the " + ref
                            + " is made by another session at this moment",
                    "It is tried again by itself.",
                    failure);
        }
        ServerErrorMessage message = failure instanceof PSQLException server ? server.getServerErrorMessage() : null;
        String place = message == null ? "" : ddl.placeAt(message.getPosition());
        String primary = message == null || message.getMessage() == null ? "no message" : message.getMessage();
        String what = "destination " + sessions.connection().address() + ": the " + ref + " could not be made"
                + (place.isEmpty() ? "" : ", because of its " + place) + ": " + primary + " (SQLSTATE " + state + ")";
        return switch (isOfDistribution(message) ? INVALID_DEFINITION : state) {
            case "42501" -> new SyncException(ErrorCode.DESTINATION_RIGHTS, what, grant(ref), failure);
            case "42P07", "42710", "42P06" -> exists(ref, failure);
            case "23505", "23P01" ->
                ref.kind() == ObjectRef.Kind.SCHEMA || ref.kind() == ObjectRef.Kind.TYPE
                        // Two sessions that make one name at once meet in a catalog's unique index.
                        ? exists(ref, failure)
                        : new SyncException(
                                ErrorCode.CONFLICT_KEY_EXISTS,
                                what
                                        + "; rows at the destination share a key, so it holds rows that the source has not",
                                "Find the rows with the same key, remove those that the source does not hold, and start the task again.",
                                failure);
            case "23503" ->
                new SyncException(
                        ErrorCode.CONFLICT_ROW_MISSING,
                        what + "; a row points to one that is not there",
                        "If the source holds such rows too (a constraint that was disabled for a while), mend them there; else compare the tables.",
                        failure);
            case "23502", "23514" ->
                new SyncException(
                        ErrorCode.VALUE_REJECTED,
                        what + "; a row at the destination breaks the constraint",
                        "Compare the table with the source's, and mend the row.",
                        failure);
            case "42704", "42883", "42P01", "3F000", "0A000" ->
                new SyncException(
                        ErrorCode.DESTINATION_SCHEMA,
                        what + "; it needs something that this destination lacks",
                        "Make what it names at the destination first (an extension, a function, a type, a collation), then start the task again.",
                        failure);
            default ->
                new SyncException(
                        ErrorCode.DESTINATION_SCHEMA,
                        what,
                        "Make the object by hand in a form that this server takes, or leave its table out of the task.",
                        failure);
        };
    }

    /** Greenplum 6 says of a unique index that lacks distribution columns what it says of rows that share a key; which of its functions says it tells them apart. */
    private static boolean isOfDistribution(@Nullable ServerErrorMessage message) {
        return message != null && "checkPolicyForUniqueIndex".equals(message.getRoutine());
    }

    private static boolean isOfTheServer(ObjectRef ref) {
        return ref.kind() == ObjectRef.Kind.ROLE || ref.kind() == ObjectRef.Kind.MEMBERSHIP;
    }

    private static boolean isAlready(String state) {
        return state.equals("42710") || state.equals("23505");
    }

    SyncException exists(ObjectRef ref, @org.jspecify.annotations.Nullable SQLException failure) {
        return new SyncException(
                ErrorCode.DESTINATION_OBJECT_EXISTS,
                "destination " + sessions.connection().address() + ": there is a " + ref
                        + " already, or something else of that name, that this task did not make",
                "Drop or rename it, or give the table another name in the task file; to write into existing tables, leave the schema stage out.",
                failure);
    }

    SyncException needed(ObjectRef ref) {
        return new SyncException(
                ErrorCode.DESTINATION_SCHEMA,
                "the schema files leave out the " + ref + ", which rows cannot do without",
                "Write a statement that makes it; or leave its table out of the task.");
    }

    SyncException madeSomethingElse(ObjectRef ref) {
        return new SyncException(
                ErrorCode.DESTINATION_SCHEMA,
                "destination " + sessions.connection().address() + ": the statements of the schema files for the " + ref
                        + " ran, and there is no such object",
                "Have them make an object of this kind and name; another name is given in the task file.");
    }

    SyncException gone(ObjectRef ref) {
        return new SyncException(
                ErrorCode.DESTINATION_SCHEMA,
                "destination " + sessions.connection().address() + ": the " + ref
                        + " was made by this task and is gone; making it anew would lose the rows that it had",
                "Bring it back with its rows, or clean the task and start it anew.");
    }

    private String grant(ObjectRef ref) {
        String user = Quoting.identifier(sessions.connection().user());
        return switch (ref.kind()) {
            case SCHEMA ->
                "GRANT CREATE ON DATABASE "
                        + Quoting.identifier(sessions.connection().database()) + " TO " + user + ";";
            case TYPE, SEQUENCE, TABLE, INDEX ->
                "GRANT USAGE, CREATE ON SCHEMA " + Quoting.identifier(ref.schema()) + " TO " + user + ";";
            case FOREIGN_KEY ->
                "Both tables must belong to " + user + ", or the referenced one must grant it REFERENCES.";
            case COLLATION,
                    FUNCTION,
                    PROCEDURE,
                    AGGREGATE,
                    OPERATOR,
                    TEXT_SEARCH_DICTIONARY,
                    TEXT_SEARCH_CONFIGURATION,
                    VIEW,
                    MATERIALIZED_VIEW,
                    STATISTICS ->
                "GRANT USAGE, CREATE ON SCHEMA " + Quoting.identifier(ref.schema()) + " TO " + user
                        + "; and what its words name must be open to the role.";
            case EXTENSION, OPERATOR_FAMILY, OPERATOR_CLASS -> "Let an administrator make it.";
            case CAST -> "The role must own one of its types.";
            case ROLE -> "ALTER ROLE " + user + " CREATEROLE;";
            case MEMBERSHIP ->
                "The role needs CREATEROLE and, from 16 on, the ADMIN option on the role that is granted.";
            case PRIMARY_KEY,
                    UNIQUE,
                    EXCLUSION,
                    CHECK,
                    SEQUENCE_OWNER,
                    SEQUENCE_VALUE,
                    COMMENT,
                    GRANTS,
                    TRIGGER_STATE,
                    TRIGGER,
                    RULE,
                    POLICY,
                    ROW_SECURITY -> "The object must belong to " + user + ".";
        };
    }
}
