package io.syncline.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Objects;

/**
 * Signals of the operating system. The JDK offers them as {@code sun.misc.Signal} (module jdk.unsupported) only, whose direct use the compiler warns of without a way to
 * agree; a shutdown hook, the alternative, could not tell a second signal.
 */
final class Signals {

    private Signals() {}

    /**
     * Calls an action, in a thread of its own, each time a signal comes.
     *
     * @param name without SIG: {@code INT}, {@code TERM}
     */
    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invocation = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                case String other -> name + " " + other;
            };
            Object proxy = Proxy.newProxyInstance(
                    Objects.requireNonNull(Signals.class.getClassLoader()), new Class<?>[] {handler}, invocation);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM offers no signals", e);
        }
    }
}
