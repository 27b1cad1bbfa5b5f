package io.syncline.document;

import io.syncline.api.task.Secret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Resolves {@code env:NAME} and {@code file:PATH}. What was resolved never enters a message. */
final class Secrets {

    private static final String ENVIRONMENT = "env:";
    private static final String FILE = "file:";

    private final Map<String, String> environment;

    Secrets(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** A reference to something that is not there; the message names the reference. */
    static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Unresolved(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /** @param folder what relative paths start from: the task file's own folder */
    Secret resolve(String reference, Path folder) throws Unresolved {
        if (reference.startsWith(ENVIRONMENT)) {
            return fromEnvironment(reference.substring(ENVIRONMENT.length()));
        }
        if (reference.startsWith(FILE)) {
            return fromFile(reference.substring(FILE.length()), folder);
        }
        throw new IllegalStateException("the schema lets references through only");
    }

    private Secret fromEnvironment(String name) throws Unresolved {
        String value = environment.get(name);
        if (value == null || value.isEmpty()) {
            throw new Unresolved("the environment variable " + name + " is " + (value == null ? "not set" : "empty"));
        }
        return new Secret(value);
    }

    /** One line break at the end, which editors leave, is not part of the secret. */
    private static Secret fromFile(String name, Path folder) throws Unresolved {
        String value;
        try {
            value = Files.readString(folder.resolve(name));
        } catch (NoSuchFileException e) {
            throw new Unresolved("the file " + Quoted.of(name) + " does not exist");
        } catch (CharacterCodingException e) {
            throw new Unresolved("the file " + Quoted.of(name) + " is not UTF-8 text");
        } catch (IOException | InvalidPathException e) {
            throw new Unresolved("the file " + Quoted.of(name) + " cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
        String secret = value.endsWith("\r\n")
                ? value.substring(0, value.length() - 2)
                : value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
        if (secret.isEmpty()) {
            throw new Unresolved("the file " + Quoted.of(name) + " is empty");
        }
        return new Secret(secret);
    }
}
