package io.reconverge.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A report as files: `report.json`, and `report.html`, which needs nothing else to be looked at.
public final class Page {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final String PLOTTER =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private Page() {}

    /// @param folder made when absent
    public static void write(Report report, Path folder) {
        try {
            Files.createDirectories(folder);
            String json = JSON.writeValueAsString(report);
            Files.writeString(folder.resolve("report.json"), json + "\n");
            Files.writeString(
                    folder.resolve("report.html"),
                    resource("/report.html")
                            .replace("/* the plotter */", resource(PLOTTER))
                            // the one thing that could end the element it stands in
                            .replace("/* the report */ null", json.replace("</", "<\\/")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
