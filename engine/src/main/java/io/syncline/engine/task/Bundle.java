package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The databases of a task file that something is done with.
 *
 * @param members at least one, by name
 * @param notices what a user should know of the choice
 */
public record Bundle(List<Member> members, List<String> notices) {

    public Bundle {
        members = List.copyOf(members);
        notices = List.copyOf(notices);
    }

    /** False when the task file is about one database. */
    public boolean isOfMany() {
        return members.getFirst().server() != null;
    }

    /**
     * One of the databases alone.
     *
     * @throws SyncException USAGE when the task file has no such database
     */
    public Bundle only(String database) {
        List<Member> one = members.stream()
                .filter(member -> database.equals(member.database()))
                .map(Member::alone)
                .toList();
        if (one.isEmpty()) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "the task is not about a database " + database
                            + (isOfMany()
                                    ? "; its databases are: "
                                            + members.stream()
                                                    .map(member -> member.task()
                                                            .source()
                                                            .database())
                                                    .collect(Collectors.joining(", "))
                                    : ": its task file names no databases"),
                    "Give --database with the name of one of the databases at the source, or leave it out.");
        }
        return new Bundle(one, List.of());
    }
}
