package io.reconverge.parts.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the services' programs are in a checkout: the executable jars, or the compiled classes
/// where these are newer.
///
/// @param root of the checkout
record Programs(Path root) {
    /// What each service has besides its own classes.
    private static final List<String> COMMON = List.of("service", "schemas");

    /// The checkout that this process works in.
    static Programs ofThisCheckout() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && Files.notExists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("this is no checkout of Reconverge: no mvnw above it");
        }
        return new Programs(folder);
    }

    /// The options of every JVM of a fleet, those that services are deployed with.
    String options() {
        return "@" + root.resolve("deploy/service/jvm.options");
    }

    /// The same, and word by word those of this service, if it has any of its own.
    List<String> options(Role service) {
        Path own = root.resolve("deploy/service/%s.options".formatted(service.module()));
        if (Files.notExists(own)) {
            return List.of(options());
        }
        try (Stream<String> lines = Files.lines(own)) {
            return Stream.concat(Stream.of(options()), lines.filter(line -> line.startsWith("-")))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What stands behind the JVM's options to run it.
    List<String> of(Role service) {
        Path target = root.resolve(service.module()).resolve("target");
        Optional<Path> jar = jar(target);
        if (jar.isPresent() && !isOutdated(jar.get(), service)) {
            return List.of("-jar", unpacked(jar.get()).toString());
        }
        return List.of("-cp", classPath(target), service.mainClass());
    }

    /// The same, unpacked as the start scripts do, if they did.
    private static Path unpacked(Path jar) {
        Path app = jar.resolveSibling("app");
        Path mark = app.resolve("unpacked");
        return Files.exists(mark) && modified(mark).compareTo(modified(jar)) >= 0
                ? app.resolve(jar.getFileName())
                : jar;
    }

    private static Optional<Path> jar(Path target) {
        if (Files.notExists(target)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().endsWith("-exec.jar"))
                    .findFirst();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A reproducible build dates the executable jar back. So its age is told by the plain one
    /// beside it, which a build leaves as it is when only other modules changed, or by the start
    /// scripts, which touch what they built.
    private boolean isOutdated(Path jar, Role service) {
        Path plain = jar.resolveSibling(jar.getFileName().toString().replace("-exec.jar", ".jar"));
        FileTime built =
                Stream.of(plain, jar)
                        .filter(Files::exists)
                        .map(Programs::modified)
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
        return Stream.concat(Stream.of(service.module()), COMMON.stream())
                .map(module -> root.resolve(module).resolve("target").resolve("classes"))
                .filter(Files::exists)
                .anyMatch(classes -> newest(classes).compareTo(built) > 0);
    }

    private String classPath(Path target) {
        Path list = target.resolve("cp.txt");
        if (Files.notExists(list)) {
            throw new IllegalStateException(
                    "%s has neither an executable jar of its classes nor their class path; to make the jars: ./mvnw -Dmaven.test.skip=true package"
                            .formatted(target));
        }
        try {
            return target.resolve("classes") + ":" + Files.readString(list).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static FileTime newest(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(Programs::modified)
                    .max(Comparator.naturalOrder())
                    .orElse(FileTime.fromMillis(0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
