package io.syncline.testkit.seed;

import java.security.SecureRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives random tests their seed: a test under {@code @ExtendWith(Seeds.class)} takes a {@link Seed} as a parameter. It is the number in the
 * system property {@code syncline.seed} when there is one, else a new one. It is printed when the test starts and stands in its failure.
 */
public final class Seeds implements ParameterResolver, TestExecutionExceptionHandler {

    /** The system property that repeats a run. */
    public static final String PROPERTY = "syncline.seed";

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Seeds.class);

    /** Chooses and prints a seed for something that is no JUnit test, such as a benchmark. */
    public static Seed choose(String what) {
        String given = System.getProperty(PROPERTY);
        Seed seed = new Seed(given != null ? Long.parseLong(given) : new SecureRandom().nextLong());
        System.out.println(what + ": repeat it with " + repeat(seed));
        return seed;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Seed.class;
    }

    @Override
    public Seed resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(NAMESPACE).computeIfAbsent(Seed.class, _ -> choose(test.getDisplayName()), Seed.class);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        Seed seed = test.getStore(NAMESPACE).get(Seed.class, Seed.class);
        if (seed != null) {
            failure.addSuppressed(new RepeatWith(seed));
        }
        throw failure;
    }

    private static String repeat(Seed seed) {
        return "-D" + PROPERTY + "=" + seed.value();
    }

    /** Carries the seed into the report of a failure; it has no stack trace of its own. */
    static final class RepeatWith extends Exception {
        private static final long serialVersionUID = 1L;

        RepeatWith(Seed seed) {
            super("repeat this failure with " + repeat(seed), null, false, false);
        }
    }
}
