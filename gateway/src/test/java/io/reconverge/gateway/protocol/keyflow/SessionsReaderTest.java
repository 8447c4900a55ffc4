package io.reconverge.gateway.protocol.keyflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.entities.EntitySchemas;
import io.reconverge.wire.InvalidDocument;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsReaderTest {

    private static final EntitySchemas SCHEMAS = EntitySchemas.load(null, false);
    private static final long NOW = 9_000;

    private final SessionsReader reader =
            new SessionsReader(
                    data -> SCHEMAS.check(Keyflow.SESSION, data),
                    new SingleReader(SCHEMAS::checkPatch));

    private static byte[] utf8(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private SessionsReader.Request read(String body) {
        return reader.sessions(utf8(body), "", NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'sessions':[{'id':'s','wpm':1,'lastModified':5}]}",
                "{'operations':[{'id':'s','wpm':1,'lastModified':5}],'timestamp':1}",
                "[{'id':'s','wpm':1,'lastModified':5}]",
                "{'id':'s','wpm':1,'lastModified':5}",
                "{'id':'s','lastModified':5,'data':{'wpm':1}}",
                "{'sessions':[{'data':{'sessionId':'s','wpm':1},'lastModified':5}]}",
                "{'sessions':[{'id':'q','type':'sync_session','timestamp':5,'attempts':1,'data':{'id':'s','wpm':1}}]}",
                "{'sessions':[{'id':'s','wpm':1}],'clientTimestamp':5}",
                "{'sessions':[{'id':'s','wpm':1}],'timestamp':5}"
            })
    void each_form_is_the_same_session(String body) {
        Incoming session = read(body).sessions().getFirst();
        assertThat(session.id()).isEqualTo("s");
        assertThat(session.data().get("wpm").intValue()).isEqualTo(1);
        assertThat(session.data().propertyNames()).containsExactlyInAnyOrder("wpm", "lastModified");
        assertThat(session.lastModified()).isEqualTo(5);
    }

    @Test
    void what_a_session_says_counts_before_what_the_request_says() {
        SessionsReader.Request request =
                read(
                        "{'strategy':'field-level','deviceId':'d','sessions':[{'id':'a','lastModified':1},"
                                + "{'id':'b','lastModified':1,'strategy':'user-override','override':'remote'},"
                                + "{'id':'a','lastModified':2,'baseLastModified':1}]}");
        assertThat(request.deviceId()).isEqualTo("d");
        assertThat(request.sessions())
                .extracting(Incoming::rule)
                .containsExactly(Rule.FIELDS, Rule.REMOTE, Rule.FIELDS);
        assertThat(request.sessions())
                .extracting(Incoming::own)
                .containsExactly(false, false, true);
        assertThat(request.sessions().getLast().seen()).isEqualTo(1);
    }

    @Test
    void a_choice_of_a_person_is_theirs() {
        Incoming chosen =
                reader.resolutions(
                                utf8("{'sessionId':'s','resolved':{'wpm':2},'remoteTimestamp':7}"),
                                "",
                                NOW)
                        .sessions()
                        .getFirst();
        assertThat(chosen.id()).isEqualTo("s");
        assertThat(chosen.rule()).isEqualTo(Rule.LOCAL);
        assertThat(chosen.settles()).isTrue();
        assertThat(chosen.seen()).isEqualTo(7);
        assertThat(chosen.lastModified()).isEqualTo(NOW);
    }

    @Test
    void progress_among_the_sessions_is_known() {
        SessionsReader.Request request =
                read(
                        "{'sessions':[{'stats':{'bestWPM':9}},{'type':'sync_settings','data':{'a':1},'timestamp':4}]}");
        assertThat(request.sessions()).isEmpty();
        assertThat(request.singles())
                .extracting(single -> single.id())
                .containsExactly("progress", "settings");
        assertThat(request.singles().getLast().modifiedAt()).isEqualTo(4);
    }

    @Test
    void nothing_that_is_sent_is_more_than_a_fault_of_the_sender() {
        String[] words = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "'id'",
            "'data'",
            "'sessions'",
            "'type'",
            "'sync_session'",
            "'stats'",
            "'lastModified'",
            "'timestamp'",
            "'strategy'",
            "'user-override'",
            "'resolved'",
            "null",
            "true",
            "1",
            "-1",
            "1.5",
            "1e999",
            "99999999999999999999",
            "'s'",
            "''",
            "{}",
            "[]"
        };
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder body =
                    new StringBuilder(random.nextBoolean() ? "{'sessions':[{" : "{'id':'s',");
            int length = random.nextInt(12);
            for (int j = 0; j < length; j++) {
                body.append(words[random.nextInt(words.length)]);
                if (random.nextInt(3) == 0) {
                    body.append(random.nextBoolean() ? ":" : ",");
                }
            }
            body.append(random.nextBoolean() ? "}]}" : "}");
            try {
                read(body.toString());
                reader.resolutions(utf8(body.toString()), "", NOW);
            } catch (InvalidDocument expected) {
                assertThat(expected.violations()).isNotEmpty();
            }
        }
        assertThatThrownBy(() -> read("")).isInstanceOf(InvalidDocument.class);
    }
}
