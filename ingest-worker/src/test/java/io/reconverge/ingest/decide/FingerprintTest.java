package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.wire.OnConflict;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    @Test
    void the_same_said_otherwise_has_the_same_fingerprint() {
        List<List<String>> same =
                List.of(
                        List.of("{'a':1,'b':2}", "{'b':2,'a':1}", "{ 'b' : 2,\n'a' : 1 }"),
                        List.of("{'a':{'x':1,'y':[]}}", "{'a':{'y':[],'x':1}}"),
                        List.of("{'a':1}", "{'a':1.0}", "{'a':1.00e0}", "{'a':10e-1}"),
                        List.of("{'a':0}", "{'a':-0}", "{'a':0.0}", "{'a':0e9}"),
                        List.of("{'a':120000000000000000000000}", "{'a':1.2e23}"),
                        List.of("{'a':-1.50}", "{'a':-15E-1}"),
                        List.of("{'a':'é'}", "{'\\u0061':'\\u00e9'}"));
        for (List<String> spellings : same) {
            assertThat(spellings.stream().map(data -> of(put("n", data))).distinct())
                    .as("%s", spellings)
                    .hasSize(1);
        }
    }

    @Test
    void base_policy_and_time_are_no_part_of_what_a_change_says() {
        Sent change = put("n", "{'a':1}");

        assertThat(of(change.on(7).at(9).under(OnConflict.MERGE))).isEqualTo(of(change));
    }

    @Test
    void whatever_says_something_else_has_another_fingerprint() {
        Map<Fingerprint, Sent> seen = new HashMap<>();
        List<Sent> changes =
                List.of(
                        put("n", "{}"),
                        put("n", "{}").typed("task"),
                        put("m", "{}"),
                        patch("n", "{}"),
                        delete("n"),
                        put("n", "{'a':1}"),
                        put("n", "{'a':-1}"),
                        put("n", "{'a':10}"),
                        put("n", "{'a':1e1000000000}"),
                        put("n", "{'a':0.1}"),
                        put("n", "{'a':'1'}"),
                        put("n", "{'a':true}"),
                        put("n", "{'a':false}"),
                        put("n", "{'a':null}"),
                        put("n", "{'a':''}"),
                        put("n", "{'a':[]}"),
                        put("n", "{'a':{}}"),
                        put("n", "{'a':[1]}"),
                        put("n", "{'a':[[1]]}"),
                        put("n", "{'a':[1,2]}"),
                        put("n", "{'a':[2,1]}"),
                        put("n", "{'a':[12]}"),
                        put("n", "{'a':{'b':{}}}"),
                        put("n", "{'a':{},'b':{}}"),
                        put("n", "{'ab':''}"),
                        put("n", "{'a':'b'}"),
                        put("n", "{'A':'b'}"));
        for (Sent change : changes) {
            assertThat(seen.put(of(change), change)).as("%s", change).isNull();
        }
    }

    @Test
    void fingerprints_in_the_database_stay_good() {
        Sent change = put("n-1", "{'b':[1.50,-2e3,'é',true,false,null],'a':{'x':0}}").typed("note");

        assertThat(HexFormat.of().formatHex(of(change).bytes()))
                .isEqualTo("56c047b1c933eef56a35ec17b68e5e54");
        assertThat(Fingerprint.ofBytes(of(change).bytes())).isEqualTo(of(change));
    }

    @Test
    void numbers_at_the_edge_of_what_java_can_hold_have_one_too() {
        assertThat(of(put("n", "{'a':10e2147483646}")))
                .isEqualTo(of(put("n", "{'a':1e2147483647}")));
    }

    @Test
    void bytes_of_another_length_are_no_fingerprint() {
        assertThatThrownBy(() -> Fingerprint.ofBytes(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Fingerprint of(Sent sent) {
        return Fingerprint.of(sent.change());
    }
}
