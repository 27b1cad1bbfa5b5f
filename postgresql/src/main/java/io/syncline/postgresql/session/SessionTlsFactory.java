package io.syncline.postgresql.session;

import javax.net.ssl.SSLSocketFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * Hands {@link TlsSockets} to the driver, which instantiates this class by its name (pgjdbc's property {@code sslfactory}): whoever connects binds {@link #CHOSEN} around
 * the call.
 */
public final class SessionTlsFactory extends WrappedFactory {

    static final ScopedValue<SSLSocketFactory> CHOSEN = ScopedValue.newInstance();

    public SessionTlsFactory() {
        factory = CHOSEN.get();
    }
}
