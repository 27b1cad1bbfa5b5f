package io.syncline.tunnel;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.Session;
import io.syncline.api.task.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** Sessions with an SSH server, not yet connected, which trust no key but the known one and use no other way of being let in than what the options name. */
record SshLogin(TunnelOptions options) {

    /** A peer that is gone shows after three questions without an answer. */
    private static final Duration QUESTIONS = Duration.ofSeconds(5);

    private static final int UNANSWERED = 3;

    /** @throws TunnelFailure REFUSED when a file cannot be used */
    Session prepare() throws TunnelFailure {
        JSch library = new JSch();
        trust(library);
        show(library);
        try {
            Session session = library.getSession(options.user(), options.host(), options.port());
            Secret password = options.password();
            if (password != null) {
                session.setPassword(password.reveal().getBytes(StandardCharsets.UTF_8));
            }
            session.setConfig("StrictHostKeyChecking", "yes");
            session.setConfig("PreferredAuthentications", "publickey,password");
            session.setDaemonThread(true);
            session.setServerAliveInterval(Math.toIntExact(QUESTIONS.toMillis()));
            session.setServerAliveCountMax(UNANSWERED);
            return session;
        } catch (JSchException e) {
            throw refused("its address or account cannot be used", "Check host, port and user of sshTunnel.", e);
        }
    }

    private void trust(JSch library) throws TunnelFailure {
        String fingerprint = options.hostKey();
        if (fingerprint != null) {
            library.setHostKeyRepository(new ExpectedKey(fingerprint));
            return;
        }
        Path known = options.knownHosts();
        try {
            library.setKnownHosts(Files.newInputStream(known));
        } catch (IOException | JSchException e) {
            throw refused(
                    "the file " + known + ", which should hold its key, cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    "Set hostKey of sshTunnel to the fingerprint of the server's key, or knownHosts to a file with the key.",
                    e);
        }
    }

    private void show(JSch library) throws TunnelFailure {
        Path file = options.key();
        if (file == null) {
            return;
        }
        Secret password = options.keyPassword();
        byte[] passphrase = password == null ? null : password.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            library.addIdentity(file.toString(), Files.readAllBytes(file), null, passphrase);
        } catch (IOException | JSchException e) {
            throw refused(
                    "the key in " + file + " cannot be used (" + e.getClass().getSimpleName() + ")",
                    "Name a private key as ssh-keygen writes it, which this process may read, and the passphrase of an encrypted one in keyPassword.",
                    e);
        }
    }

    /** Why no session came about. */
    TunnelFailure failure(Session session, JSchException e) {
        if (e instanceof JSchHostKeyException) {
            return refused(
                    "its key is not the known one; it shows " + shown(session),
                    "Somebody else may answer in its place. If its administrator says that the key is right, "
                            + (options.hostKey() == null
                                    ? "add it to " + options.knownHosts() + ", or set hostKey of sshTunnel to it."
                                    : "set hostKey of sshTunnel to it."),
                    e);
        }
        String words = String.valueOf(e.getMessage());
        if (words.startsWith("Auth")) {
            return refused(
                    "it does not let this account in",
                    "Check user, key, keyPassword and password of sshTunnel, and authorized_keys and sshd_config there.",
                    e);
        }
        return new TunnelFailure(
                TunnelFailure.Kind.UNREACHABLE,
                what("it cannot be reached: " + words),
                "Check host and port of sshTunnel, the SSH server, and firewalls on the way.",
                e);
    }

    private static String shown(Session session) {
        return session.getHostKey() == null
                ? "none"
                : session.getHostKey().getType() + " "
                        + ExpectedKey.fingerprintOf(
                                Base64.getDecoder().decode(session.getHostKey().getKey()));
    }

    private TunnelFailure refused(String why, String remedy, Exception cause) {
        return new TunnelFailure(TunnelFailure.Kind.REFUSED, what(why), remedy, cause);
    }

    String what(String why) {
        return "the SSH server " + options.address() + ": " + why;
    }
}
