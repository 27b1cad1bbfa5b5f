package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of several databases at once, each in a thread of its own. One that ends or fails leaves the others alone; a stop is for all. */
public final class BundleRun {

    /** Hears of the members from any thread. */
    public interface Listener {

        /** What a member tells while it goes on. */
        TaskListener of(Member member);

        void ended(Member member, RunOutcome outcome);

        /** A member met a defect of ours. */
        void broke(Member member, Throwable defect);

        /** Something about the databases as a whole. */
        void notice(String text);
    }

    /** How soon a database that comes to match a pattern is told. */
    private static final long LOOK_SECONDS = 30;

    private final Map<Member, TaskRunner> runs = new LinkedHashMap<>();
    private final Supplier<Bundle> choice;
    private final Listener listener;
    private final CountDownLatch end = new CountDownLatch(1);

    /**
     * @param runs not started yet
     * @param choice asks the servers again which databases the task file is about
     */
    BundleRun(Map<Member, TaskRunner> runs, Supplier<Bundle> choice, Listener listener) {
        this.runs.putAll(runs);
        this.choice = choice;
        this.listener = listener;
    }

    /** Asks all members to end at their next transaction boundary; returns at once. From any thread. */
    public void stop() {
        end.countDown();
        runs.values().forEach(TaskRunner::stop);
    }

    /** Returns when every member has ended. */
    public void run() {
        List<Thread> threads = new ArrayList<>();
        runs.forEach((member, run) -> threads.add(
                Thread.ofPlatform().name("syncline " + member.database()).start(() -> run(member, run))));
        Thread.ofPlatform().daemon().name("syncline databases").start(this::watch);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            end.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }

    private void run(Member member, TaskRunner run) {
        try {
            listener.ended(member, run.run());
        } catch (RuntimeException | Error e) {
            listener.broke(member, e);
        }
    }

    private void watch() {
        Set<@Nullable String> known = new HashSet<>();
        runs.keySet().forEach(member -> known.add(member.database()));
        try {
            while (!end.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                look(known);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Set<@Nullable String> known) {
        try {
            for (Member member : choice.get().members()) {
                if (known.add(member.database())) {
                    listener.notice("The database " + member.database()
                            + " matches the task's patterns since this run has begun; the next run takes it up.");
                }
            }
        } catch (SyncException e) {
            // A server that cannot be asked is told by the members, which need it more; the next look asks again.
            System.getLogger(BundleRun.class.getName())
                    .log(System.Logger.Level.DEBUG, "the databases could not be looked up", e);
        }
    }
}
