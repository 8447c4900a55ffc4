package io.reconverge.parts.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberTest {
    @TempDir Path directory;

    @Test
    void it_is_killed_with_all_that_it_started() {
        var member =
                new Member(
                        Role.BESIDE,
                        "family",
                        1,
                        List.of("/bin/sh", "-c", "sleep 600 & sleep 600 & wait"),
                        directory.resolve("log"),
                        Readiness.byPort(1));
        member.launch();
        await().until(() -> member.pids().size() == 3);
        List<Long> family = member.pids();

        member.kill();

        assertThat(family)
                .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        assertThat(member.pids()).isEmpty();
    }
}
