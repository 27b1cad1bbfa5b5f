package io.syncline.api.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people ask of a task's run from elsewhere, kept in the ledger: who asked for what and when, and what came of it. Any process may ask; the run that holds the
 * lease answers. Thread-safe.
 */
public interface CommandLog {

    /** What a run can be asked for; the names are stored in the ledger. */
    enum Verb {
        /** End loading and streaming, keep the slot and the lease. */
        PAUSE,
        /** Go on after {@link #PAUSE}. */
        RESUME,
        /** Change limits of reading: arguments are {@code key=number}, see {@link io.syncline.api.task.Throttle#with}. */
        THROTTLE,
        /** Apply no further changes of a table; the argument is its source name, {@code schema.table}. */
        SUSPEND,
        /** Load a table anew while the stream of the others goes on; the argument is its source name. */
        RESYNC,
        /** Leave out the changes of one source transaction; the argument is the position at which it ends. */
        SKIP,
        /**
         * Go on with the edited task file: the arguments are its {@link io.syncline.api.task.TaskDocument#digest}, then what the user has agreed to, a table each.
         */
        APPLY;

        /** Whether the next run obeys when none goes on. */
        public boolean outlastsRuns() {
            return switch (this) {
                case SUSPEND, RESYNC, SKIP -> true;
                case PAUSE, RESUME, THROTTLE, APPLY -> false;
            };
        }
    }

    /**
     * @param number in the order of asking, unique in its ledger
     * @param askedBy host and process, for people
     * @param askedAt on the destination's clock
     */
    record Command(long number, Verb verb, List<String> arguments, String askedBy, Instant askedAt) {
        public Command {
            arguments = List.copyOf(arguments);
        }
    }

    /** @param text what was done, or why nothing was */
    record Answer(boolean obeyed, String text) {}

    /**
     * @param answer null while there is none
     * @param answeredAt on the destination's clock; null while there is no answer
     */
    record Entry(
            Command command,
            @Nullable Answer answer,
            @Nullable Instant answeredAt) {}

    /** Writes a command down and gives its number. */
    long ask(String task, Verb verb, List<String> arguments, String askedBy);

    /** Those without an answer, oldest first. Never waits behind the ledger's other calls. */
    List<Command> open(String task);

    /** All that was ever asked of this kind, oldest first. */
    List<Entry> asked(String task, Verb verb);

    /** Throws FENCED when the task was taken over. */
    void answer(Lease lease, long number, Answer answer);

    Optional<Answer> answer(String task, long number);
}
