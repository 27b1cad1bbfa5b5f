package io.syncline.engine.task;

import io.syncline.api.model.Position;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.CommandLog.Answer;
import io.syncline.api.port.CommandLog.Command;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.stream.Skip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Source transactions that people have asked to be left out: each attempt looks at them before it opens its streams, and keeps none of what it saw for another
 * (docs/design/skip.md).
 */
final class Skipping {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Beside beside;
    private final ChangeLog log;

    Skipping(RunContext context, Link link, Tenure tenure, Beside beside) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.beside = beside;
        this.log = link.source().changeLog(tenure.task());
    }

    /** @param following the tables as they are at the stream's position */
    Ended run(Supplier<RoutePlan> following) throws InterruptedException {
        List<Skip> skips = new ArrayList<>();
        for (Command command : tenure.ledger().commands().open(tenure.task().id())) {
            if (command.verb() != Verb.SKIP) {
                continue;
            }
            context.control().takesUp(command);
            TaskMemory memory = tenure.memory(link.source()::position);
            String named = String.join(" ", command.arguments());
            Optional<String> refusal = refusal(memory, link.source()::position, named);
            if (refusal.isEmpty()) {
                refusal = beyondTheLog(memory, named);
            }
            if (refusal.isPresent()) {
                refuse(command, refusal.get());
                continue;
            }
            SkipLook look = look(command, memory, following.get());
            if (beside.run(List.of(look)) == Ended.STOPPED) {
                return Ended.STOPPED;
            }
            switch (look.verdict()) {
                case SkipLook.Found(Skip skip) -> skips.add(skip);
                case SkipLook.Refused(String why) -> refuse(command, why);
            }
        }
        context.control().leaveOut(skips);
        return Ended.DONE;
    }

    /** What can be told without a look at the log; empty when nothing speaks against it. */
    static Optional<String> refusal(TaskMemory memory, PositionReader positions, String named) {
        Position wanted;
        try {
            wanted = positions.position(named);
        } catch (IllegalArgumentException e) {
            return Optional.of(named + " is no position of this source; the failure that stopped the task names it");
        }
        if (memory.streams().size() != 1) {
            return Optional.of("the task follows " + memory.streams().size()
                    + " logs, and a position alone does not say of which it is one");
        }
        StreamEntry stream = memory.streams().getFirst();
        if (stream.catchUpTo() != null || stream.synchronizedFrom() == null) {
            return Optional.of(
                    "the task is catching up: rows that were read later may hold the changes of that transaction already");
        }
        return stream.position().reached(wanted)
                ? Optional.of("everything up to " + stream.position().text()
                        + " is applied already, or was left out, and with it " + named)
                : Optional.empty();
    }

    /** To wait for what is written some day would be to leave out what nobody has seen. */
    private Optional<String> beyondTheLog(TaskMemory memory, String named) {
        Position end = log.now().of(memory.streams().getFirst().stream());
        return end != null && end.reached(link.source().position(named))
                ? Optional.empty()
                : Optional.of("the source's log does not reach to " + named + " yet");
    }

    private SkipLook look(Command command, TaskMemory memory, RoutePlan plan) {
        StreamEntry stream = memory.streams().getFirst();
        log.requireIntact(Streaming.positions(memory));
        Set<TableId> carried =
                plan.routes().stream().map(route -> route.source().table()).collect(Collectors.toSet());
        return new SkipLook(
                log.open(
                        stream.stream(),
                        stream.position(),
                        plan.routes().stream().map(TableRoute::source).toList(),
                        context.task().holdBack()),
                command.number(),
                link.source().position(String.join(" ", command.arguments())),
                table -> carried.contains(table.table()),
                context.runtime().patience());
    }

    private void refuse(Command command, String why) {
        String told = "it was not left out: " + why;
        tenure.ledger().commands().answer(tenure.lease(), command.number(), new Answer(false, told));
        context.notice("The transaction that ends at " + String.join(" ", command.arguments())
                + " was asked to be left out; " + told + ".");
    }
}
