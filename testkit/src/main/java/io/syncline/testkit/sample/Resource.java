package io.syncline.testkit.sample;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Opens text files of the class path. */
final class Resource {

    private Resource() {}

    static BufferedReader open(String path) {
        InputStream file = Resource.class.getResourceAsStream(path);
        if (file == null) {
            throw new IllegalStateException("the class path does not hold " + path);
        }
        return new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
    }
}
