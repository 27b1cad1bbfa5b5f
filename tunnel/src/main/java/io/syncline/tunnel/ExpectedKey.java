package io.syncline.tunnel;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Trusts one key of an SSH server, known by its fingerprint, and never learns another.
 *
 * @param fingerprint {@code SHA256:} and the base64, without padding, of the digest of the public key as the protocol sends it (ssh-keygen(1), -l)
 */
record ExpectedKey(String fingerprint) implements HostKeyRepository {

    @Override
    public int check(String host, byte[] key) {
        return fingerprint.equals(fingerprintOf(key)) ? OK : NOT_INCLUDED;
    }

    static String fingerprintOf(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void add(HostKey key, UserInfo user) {
        throw new IllegalStateException("no key is learnt");
    }

    @Override
    public void remove(String host, @Nullable String type) {
        throw new IllegalStateException("no key is forgotten");
    }

    @Override
    public void remove(String host, @Nullable String type, byte[] key) {
        throw new IllegalStateException("no key is forgotten");
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return "hostKey of the task file";
    }

    @Override
    public HostKey[] getHostKey() {
        return new HostKey[0];
    }

    @Override
    public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
        return new HostKey[0];
    }
}
