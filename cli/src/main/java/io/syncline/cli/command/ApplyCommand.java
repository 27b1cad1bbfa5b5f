package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.TaskDocument;
import io.syncline.cli.output.EditText;
import io.syncline.cli.output.JsonLines;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.EditPlan;
import io.syncline.engine.task.Member;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline apply}. */
@Command(
        name = "apply",
        description = {
            "Has a started task go on with its edited file: its run, without a stop, or the next one.",
            "Prints first what becomes of each table: no effect on its rows, added, reloaded, removed or refused.",
            "With a refused line nothing of the file is applied."
        })
final class ApplyCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--plan", description = "Only prints what would become of the tables.")
    private boolean planOnly;

    @Option(
            names = "--yes",
            description = "Agrees to what the plan empties and removes; without it such a plan is not applied.")
    private boolean yes;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    ApplyCommand(Context context) {
        this.context = context;
    }

    /** All databases are planned before anything is applied to one. */
    @Override
    public Integer call() throws InterruptedException {
        TaskDocument document = file.read(context);
        Bundle bundle = file.known(context, document);
        Map<Member, Set<String>> consents = new LinkedHashMap<>();
        int code = new EachDatabase(context, json).of(bundle, (member, lines) -> plan(member, lines, consents));
        if (code != ExitCode.DONE || planOnly) {
            return code;
        }
        requireConsent(consents.values());
        return new EachDatabase(context, json)
                .of(bundle, (member, lines) -> apply(edited(document, bundle, member), consents.get(member), lines));
    }

    private int plan(Member member, JsonLines lines, Map<Member, Set<String>> consents) {
        EditPlan plan = context.useCases().get().planEdit(member.task());
        EditText text = new EditText(plan);
        if (json) {
            text.events().forEach(lines::line);
        } else {
            text.lines().forEach(context.output().out()::println);
        }
        plan.requireApplicable();
        consents.put(member, plan.consents());
        return ExitCode.DONE;
    }

    private static TaskDocument edited(TaskDocument document, Bundle bundle, Member member) {
        String database = member.database();
        return database == null
                ? document
                : document.only(database, bundle.members().size());
    }

    private int apply(TaskDocument edited, @Nullable Set<String> consents, JsonLines lines)
            throws InterruptedException {
        String done = context.useCases().get().apply(edited, consents == null ? Set.of() : consents);
        if (json) {
            lines.line(EditText.applied(done));
        } else {
            context.output().out().println("Applied: " + done + ".");
        }
        return ExitCode.DONE;
    }

    private void requireConsent(Collection<Set<String>> plans) {
        List<String> consents = plans.stream().flatMap(Set::stream).toList();
        if (!yes && !consents.isEmpty()) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "the edited file needs your word before it is applied, since rows go or are left behind: "
                            + String.join(", ", consents) + "; nothing was changed",
                    "Give --yes when that is what you want.");
        }
    }
}
