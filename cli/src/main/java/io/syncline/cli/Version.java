package io.syncline.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version in the manifest of the jar, which the build writes. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"syncline " + Objects.requireNonNullElse(version, "(not packaged)")};
    }
}
