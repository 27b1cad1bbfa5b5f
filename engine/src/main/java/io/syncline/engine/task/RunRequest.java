package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.CommandLog.Answer;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.api.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One command to a task's run, and the wait for its answer. */
final class RunRequest {

    /** A run that is busy ending its work needs a few seconds; one that is silent this long has died or hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Ledger ledger;
    private final String task;
    private final Environment environment;

    RunRequest(Ledger ledger, String task, Environment environment) {
        this.ledger = ledger;
        this.task = task;
        this.environment = environment;
    }

    String ask(Verb verb, List<String> arguments) throws InterruptedException {
        if (!isAlive() && verb.outlastsRuns()) {
            long number = ledger.commands().ask(task, verb, arguments, environment.owner());
            return "no run goes on; the next one obeys before anything else (command " + number + ")";
        }
        return askRun(verb, arguments)
                .orElseThrow(
                        () -> new SyncException(
                                ErrorCode.TASK_NOT_RUNNING,
                                "no run of the task goes on, so nobody is there to obey",
                                "Start it with `syncline run FILE`; what shall hold from the start, such as a throttle, belongs into the task file."));
    }

    /** Empty when no run goes on, or it ended before it could obey: the next one refuses what was asked of it. */
    Optional<String> askRun(Verb verb, List<String> arguments) throws InterruptedException {
        if (!isAlive()) {
            return Optional.empty();
        }
        CommandLog log = ledger.commands();
        long number = log.ask(task, verb, arguments, environment.owner());
        Instant deadline = environment.clock().instant().plus(PATIENCE);
        while (environment.clock().instant().isBefore(deadline)) {
            boolean alive = isAlive();
            Optional<Answer> answer = log.answer(task, number);
            if (answer.isPresent()) {
                return Optional.of(told(answer.get()));
            }
            if (!alive) {
                return Optional.empty();
            }
            Thread.sleep(PAUSE);
        }
        throw new SyncException(
                ErrorCode.TASK_NOT_RUNNING,
                "the run did not answer within " + PATIENCE.toSeconds() + " s; the command is in the ledger as number "
                        + number + ", and is obeyed when the run hears of it before it ends",
                "Look at `syncline status FILE` whether the run still renews its lease.");
    }

    private boolean isAlive() {
        return ledger.task(task).map(TaskService::isAlive).orElse(false);
    }

    private static String told(Answer answer) {
        if (!answer.obeyed()) {
            throw new SyncException(
                    ErrorCode.COMMAND_REFUSED,
                    "the run did not obey: " + answer.text(),
                    "See `syncline status FILE` for what the task is doing.");
        }
        return answer.text();
    }
}
