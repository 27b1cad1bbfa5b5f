package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/** An authority of one test, which signs certificates of servers and clients. Its files lie in one folder. */
public final class TestAuthority {

    private static final String PASSWORD = "changeit";
    private static final String SCHEME = "PBEWithHmacSHA256AndAES_256";

    /** A certificate and its key in PEM. */
    public record Pair(Path certificate, Path key) {}

    private final Path folder;
    private final Path store;

    public TestAuthority(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        this.folder = Files.createDirectories(folder);
        this.store = folder.resolve("keys.p12");
        keytool("authority", "-ext", "bc:c", "-dname", "CN=authority of the test");
        write(certificate(), "CERTIFICATE", keys().getCertificate("authority").getEncoded());
    }

    /** What trusts this authority. */
    public Path certificate() {
        return folder.resolve("authority.crt");
    }

    /** @param names such as {@code SAN=ip:127.0.0.1}; none for a client */
    public Pair issue(String commonName, String... names) throws Exception {
        List<String> options = new ArrayList<>(List.of("-signer", "authority", "-dname", "CN=" + commonName));
        for (String name : names) {
            options.addAll(List.of("-ext", name));
        }
        keytool(commonName, options.toArray(String[]::new));
        Pair pair = new Pair(folder.resolve(commonName + ".crt"), folder.resolve(commonName + ".key"));
        write(
                pair.certificate(),
                "CERTIFICATE",
                keys().getCertificate(commonName).getEncoded());
        write(pair.key(), "PRIVATE KEY", key(commonName));
        return pair;
    }

    /** The same key, encrypted as {@code openssl pkcs8 -topk8} does. */
    public Path encrypted(String commonName, String passphrase) throws Exception {
        SecretKey secret =
                SecretKeyFactory.getInstance(SCHEME).generateSecret(new PBEKeySpec(passphrase.toCharArray()));
        Cipher cipher = Cipher.getInstance(SCHEME);
        cipher.init(Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec(new byte[16], 2048));
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        byte[] encrypted = new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(key(commonName))).getEncoded();
        return write(folder.resolve(commonName + ".enc"), "ENCRYPTED PRIVATE KEY", encrypted);
    }

    /** Lets a server encrypt with a certificate of this authority, and ask clients for one. */
    public void encrypt(PostgresServer server, Pair pair) throws IOException {
        place(server, "server.key", pair.key());
        place(server, "server.crt", pair.certificate());
        place(server, "root.crt", certificate());
        server.configure("ssl_ca_file", "root.crt");
        server.configure("ssl", "on");
        server.reload();
    }

    /** The server wants to own its key, and nobody else to read it. */
    private static void place(PostgresServer server, String name, Path content) throws IOException {
        Path file = server.dataDirectory().resolve(name);
        Files.write(file, Files.readAllBytes(content));
        Files.setOwner(file, Files.getOwner(server.dataDirectory()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private byte[] key(String alias) throws IOException, GeneralSecurityException {
        return keys().getKey(alias, PASSWORD.toCharArray()).getEncoded();
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private void keytool(String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString(),
                "-alias",
                alias));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor()).as("keytool for " + alias).isZero();
    }

    private static Path write(Path file, String kind, byte[] content) throws IOException {
        return Files.write(
                file,
                List.of(
                        "-----BEGIN " + kind + "-----",
                        Base64.getMimeEncoder().encodeToString(content),
                        "-----END " + kind + "-----"));
    }
}
