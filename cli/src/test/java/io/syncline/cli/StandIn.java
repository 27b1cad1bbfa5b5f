package io.syncline.cli;

import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.cli.command.Stopping;
import io.syncline.cli.output.Output;
import io.syncline.cli.task.EnvironmentCrashMarks;
import java.util.concurrent.CountDownLatch;

/** A process with the command line's signals and marks, whose work is to wait: {@code marks} reaches marks, {@code work} can be stopped, {@code stubborn} cannot. */
final class StandIn {

    private StandIn() {}

    /** Prints {@code ready} once it waits. */
    public static void main(String[] arguments) throws InterruptedException {
        Output output = Output.ofProcess();
        Stopping stopping = new Stopping(output, new Stopping.Exit() {
            @Override
            public void exit(int code) {
                System.exit(code);
            }

            @Override
            public void halt(int code) {
                Runtime.getRuntime().halt(code);
            }
        });
        Signals.on("INT", () -> stopping.signalled(130));
        Signals.on("TERM", () -> stopping.signalled(143));
        CountDownLatch end = new CountDownLatch(1);
        switch (arguments[0]) {
            case "marks" -> {
                CrashMarks marks = EnvironmentCrashMarks.of(System.getenv(), System.in, output.err());
                marks.reach(Mark.CHUNK_COMMITTED);
                marks.reach(Mark.BATCH_APPLYING);
                output.out().println("once");
                marks.reach(Mark.BATCH_APPLYING);
                output.out().println("twice");
            }
            case "work" -> {
                try (var _ = stopping.during(end::countDown)) {
                    output.out().println("ready");
                    end.await();
                }
                System.exit(stopping.exitCode().orElse(0));
            }
            case "stubborn" -> {
                try (var _ = stopping.during(() -> {})) {
                    output.out().println("ready");
                    end.await();
                }
            }
            case String other -> throw new IllegalArgumentException(other);
        }
    }
}
