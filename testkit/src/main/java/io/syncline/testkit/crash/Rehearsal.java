package io.syncline.testkit.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * What a run of the command line has loaded and linked before, kept for those that follow (JEP 483), as the start script keeps it: most of a short run is its JVM's start. Made once in this JVM
 * and gone with it. A JVM that cannot use it does without.
 */
final class Rehearsal {

    /** Of an end that nobody answers at: it goes through the document, the connectors and the driver. */
    private static final String TASK = """
            name: rehearsal
            source: {type: postgresql, host: 127.0.0.1, port: 1, database: none, user: none, password: "env:REHEARSAL"}
            destination: {type: postgresql, host: 127.0.0.1, port: 1, database: none, user: none, password: "env:REHEARSAL"}
            objects: ["public.*"]
            """;

    private static final class Held {
        private static final Rehearsal REHEARSAL = make();
    }

    private final Path folder;

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /** The options of a JVM that follows: its class path, which holds no folder since none can be kept, and what is kept. */
    static List<String> options() {
        return Held.REHEARSAL.options("-XX:AOTCache=");
    }

    private List<String> options(String use) {
        return List.of(use + folder.resolve("classes.aot"), "-Xlog:aot=off", "-Xlog:cds=off", "-cp", classPath());
    }

    private static Rehearsal make() {
        try {
            Rehearsal rehearsal = new Rehearsal(Files.createTempDirectory("rehearsal"));
            Runtime.getRuntime().addShutdownHook(new Thread(rehearsal::remove));
            rehearsal.pack();
            rehearsal.perform();
            return rehearsal;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> entries() {
        return Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .map(Path::of)
                .filter(entry -> Files.exists(entry) && !entry.endsWith("test-classes"));
    }

    private String classPath() {
        List<String> archives = new ArrayList<>();
        entries()
                .forEach(entry -> archives.add(
                        Files.isDirectory(entry) ? archive(archives.size()).toString() : entry.toString()));
        return String.join(System.getProperty("path.separator"), archives);
    }

    private Path archive(int entry) {
        return folder.resolve("classes" + entry + ".jar");
    }

    private void pack() throws IOException {
        List<Path> entries = entries().toList();
        for (int i = 0; i < entries.size(); i++) {
            if (Files.isDirectory(entries.get(i))) {
                pack(entries.get(i), archive(i));
            }
        }
    }

    private static void pack(Path classes, Path archive) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> found = Files.walk(classes)) {
            for (Path path : found.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
    }

    private void perform() throws IOException {
        Path task = Files.writeString(folder.resolve("task.yaml"), TASK);
        List<String> command = new ArrayList<>();
        command.add(CrashHarness.java());
        command.addAll(CrashHarness.QUICK);
        command.addAll(options("-XX:AOTCacheOutput="));
        command.addAll(List.of(CrashHarness.MAIN_CLASS, "precheck", task.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("REHEARSAL", "none");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it is rehearsed", e);
        }
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
