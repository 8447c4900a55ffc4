package io.reconverge.gateway.protocol.deltalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChangeNameTest {

    private static final String ALPHABET =
            "useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict";

    @Test
    void a_nanoid_is_read_out_of_the_id_that_it_was_written_into() {
        var random = new Random(7);
        Set<UUID> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int c = 0; c < 21; c++) {
                name.append(ALPHABET.charAt(random.nextInt(64)));
            }
            UUID id = ChangeName.uuid(name.toString());
            assertThat(ids.add(id)).isTrue();
            assertThat(ChangeName.of(id)).isEqualTo(name.toString());
            assertThat(ChangeName.of(UUID.fromString(id.toString()))).isEqualTo(name.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"AAAAAAAAAAAAAAAAAAAAA", "_____________________", "AAAAAAAAAAAAAAAAAAAA_"})
    void so_are_those_at_the_edges(String name) {
        assertThat(ChangeName.of(ChangeName.uuid(name))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7f3d1c52-8c1e-4a6b-9d55-0e2f6a1b3c4d",
                "00000000-0000-8000-8000-000000000000",
                "ffffffff-ffff-ffff-bfff-ffffffffffff"
            })
    void a_uuid_is_itself(String name) {
        assertThat(ChangeName.uuid(name)).isEqualTo(UUID.fromString(name));
        assertThat(ChangeName.of(UUID.fromString(name))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "change-1",
                "migrate_change_AAAAAAAAAAAAAAAAAAAAA",
                "äöü",
                // no UUID of the standard, and so free to mean a nanoid
                "7f3d1c52-8c1e-4a6b-cd55-0e2f6a1b3c4d"
            })
    void of_another_name_an_id_is_derived_that_means_no_nanoid(String name) {
        UUID id = ChangeName.uuid(name);
        assertThat(id).isEqualTo(ChangeName.uuid(name)).isNotEqualTo(ChangeName.uuid(name + "x"));
        assertThat(id.version()).isEqualTo(8);
        assertThat(ChangeName.of(id)).isEqualTo(id.toString());
    }
}
