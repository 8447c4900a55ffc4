package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void who_asks_for_several_ports_before_listening_on_any_gets_different_ones() {
        assertThat(IntStream.range(0, 1_000).map(_ -> Ports.free()).toArray())
                .doesNotHaveDuplicates();
    }
}
