package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.CommandLog.Answer;
import io.syncline.api.port.CommandLog.Command;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.api.port.Ledger;
import io.syncline.api.task.Throttle;
import io.syncline.engine.stream.Skip;
import io.syncline.engine.throttle.Pace;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people ask of this run from elsewhere, through the ledger. A pause is obeyed in two steps: the work of the attempt ends as at a stop, then the next attempt
 * rests before its first step, and only then the command is answered.
 */
final class RunControl {

    private enum Phase {
        GOING,
        /** The attempt's work is being ended. */
        PAUSING,
        RESTING
    }

    private final Pace load;
    private final Pace stream;
    private Throttle throttle;
    private Phase phase = Phase.GOING;
    private String pausedBy = "";
    private volatile boolean anew;
    /** Commands that this run has begun to obey and that are answered with the rows that they are about. */
    private final Set<Long> underWay = new HashSet<>();

    private List<Skip> skips = List.of();

    /** @param throttle as the task file has it; what is changed later holds until the run ends */
    RunControl(Throttle throttle, InstantSource clock) {
        this(throttle, new Pace(clock, throttle.load()), new Pace(clock, throttle.stream()));
    }

    private RunControl(Throttle throttle, Pace load, Pace stream) {
        this.throttle = throttle;
        this.load = load;
        this.stream = stream;
    }

    /** Of another run that reads the same source: the limits are for both together. */
    RunControl another() {
        return new RunControl(throttle, load, stream);
    }

    Pace load() {
        return load;
    }

    Pace stream() {
        return stream;
    }

    /** Refuses what was asked of an earlier run and never answered: it would surprise to obey it now, but for what outlasts any run. */
    void begin(Tenure tenure) {
        CommandLog log = tenure.ledger().commands();
        for (Command command : log.open(tenure.task().id())) {
            if (command.verb().outlastsRuns()) {
                continue;
            }
            log.answer(
                    tenure.lease(),
                    command.number(),
                    new Answer(false, "the run that was asked ended before it could obey"));
        }
    }

    /**
     * Obeys what was asked since.
     *
     * @param endWork ends the present work as a stop does
     */
    synchronized void look(Tenure tenure, Runnable endWork) {
        if (anew) {
            anew = false;
            endWork.run();
        }
        CommandLog log = tenure.ledger().commands();
        for (Command command : log.open(tenure.task().id())) {
            if (underWay.contains(command.number())) {
                continue;
            }
            @Nullable
            Answer answer = switch (command.verb()) {
                case PAUSE -> pause(command, endWork);
                case RESUME -> resume();
                case THROTTLE -> throttle(command);
                case SUSPEND, RESYNC, SKIP, APPLY -> {
                    endWork.run();
                    yield null;
                }
            };
            if (answer == null || phase == Phase.PAUSING) {
                // Answered when it has been done, by the next attempt.
                return;
            }
            log.answer(tenure.lease(), command.number(), answer);
        }
    }

    /** Does what people asked for of single tables; edits of the task file are {@link RunEdits}' to carry out, transactions to leave out are {@link Skipping}'s. For an attempt that has not begun to write: the ledger's positions stand still. */
    void settle(Tenure tenure, Ledger.PositionReader positions) {
        leaveOut(List.of());
        CommandLog log = tenure.ledger().commands();
        for (Command command : log.open(tenure.task().id())) {
            if (command.verb().outlastsRuns() && command.verb() != Verb.SKIP) {
                log.answer(tenure.lease(), command.number(), settle(tenure, command, tenure.carried(positions)));
            }
        }
    }

    private static Answer settle(Tenure tenure, Command command, List<TableId> carried) {
        String name = String.join("", command.arguments());
        List<TableId> named =
                carried.stream().filter(table -> table.toString().equals(name)).toList();
        if (named.size() != 1) {
            return new Answer(false, "the task carries " + named.size() + " tables of the name " + name);
        }
        String cause = "asked for by " + command.askedBy();
        if (command.verb() == Verb.RESYNC) {
            tenure.ledger().bringBack(tenure.lease(), named.getFirst(), cause);
            return new Answer(true, name + " is loaded anew while the others go on, then follows with them");
        }
        tenure.ledger().suspend(tenure.lease(), named.getFirst(), cause);
        return new Answer(true, name + " is suspended; its further changes are not applied");
    }

    /** From here on a command to leave out a transaction does not end the work. */
    synchronized void takesUp(Command command) {
        underWay.add(command.number());
    }

    /** Source transactions that the streams of this attempt leave out. */
    synchronized void leaveOut(List<Skip> found) {
        skips = List.copyOf(found);
    }

    synchronized List<Skip> leftOut() {
        return skips;
    }

    private Answer pause(Command command, Runnable endWork) {
        if (phase == Phase.GOING) {
            phase = Phase.PAUSING;
            pausedBy = command.askedBy();
            endWork.run();
        }
        return new Answer(true, "the run is paused; the source keeps its log for it");
    }

    private Answer resume() {
        boolean rested = phase == Phase.RESTING;
        phase = Phase.GOING;
        return rested ? new Answer(true, "the run goes on") : new Answer(false, "the run is not paused");
    }

    /** Sets the limits of the edited task file in the place of all before. */
    synchronized void throttle(Throttle edited) {
        throttle = edited;
        load.set(edited.load());
        stream.set(edited.stream());
    }

    private Answer throttle(Command command) {
        Throttle changed = throttle;
        try {
            for (String argument : command.arguments()) {
                int sign = argument.indexOf('=');
                changed = changed.with(argument.substring(0, sign), Long.parseLong(argument.substring(sign + 1)));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return new Answer(false, "the limits cannot be understood: " + command.arguments());
        }
        throttle(changed);
        return new Answer(true, changed.text());
    }

    /** Has the run look again at what it carries, soon, with everything applied that it has read. From any thread. */
    void lookAgain() {
        anew = true;
    }

    synchronized boolean isPaused() {
        return phase != Phase.GOING;
    }

    /** Nothing is read or written any more: from now on the pause is answered. */
    synchronized String rest() {
        phase = Phase.RESTING;
        return "paused by " + pausedBy;
    }
}
