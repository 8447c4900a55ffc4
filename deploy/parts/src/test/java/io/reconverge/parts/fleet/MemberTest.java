package io.reconverge.parts.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberTest {
    @TempDir Path directory;

    @Test
    void it_is_killed_with_all_that_it_started() throws Exception {
        var member =
                new Member(
                        Role.BESIDE,
                        "family",
                        1,
                        List.of("/bin/sh", "-c", "sleep 600 & sleep 600 & wait"),
                        directory.resolve("log"),
                        Readiness.byPort(1));
        member.launch();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (member.pids().size() < 3) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
        List<Long> family = member.pids();

        member.kill();

        assertThat(family)
                .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        assertThat(member.pids()).isEmpty();
    }
}
