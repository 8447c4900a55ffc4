package io.reconverge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.RecordHeaders;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AsyncApiTest {

    private static final Document API = Document.of("asyncapi/reconverge.yaml");

    @Test
    void every_reference_resolves() {
        assertThat(API.root().path("asyncapi").asString()).isEqualTo("3.0.0");
        API.assertThatReferencesResolve();
    }

    @Test
    void each_topic_has_its_message_and_someone_who_sends_it() {
        Set<String> sent = new HashSet<>();
        for (JsonNode operation : API.at("/operations")) {
            if (operation.path("action").asString().equals("send")) {
                sent.add(operation.at("/channel/$ref").asString());
            }
        }
        List<String> addresses = new ArrayList<>();
        API.at("/channels")
                .forEachEntry((name, channel) -> {
                    addresses.add(channel.path("address").asString());
                    assertThat(channel.path("description").asString()).isNotEmpty();
                    assertThat(channel.path("messages")).isNotEmpty();
                    assertThat(sent).contains("#/channels/" + name);
                });

        assertThat(addresses)
                .containsExactly(
                        "reconverge.writes",
                        "reconverge.results",
                        "reconverge.live",
                        "reconverge.changes",
                        "reconverge.writes.dlt");
    }

    @Test
    void the_headers_are_those_of_the_records() {
        Set<String> described = new HashSet<>();
        for (JsonNode message : API.at("/components/messages")) {
            described.addAll(message.at("/headers/properties").propertyNames());
        }
        described.removeIf(name -> !name.startsWith("reconverge-"));

        assertThat(described).containsExactlyInAnyOrderElementsOf(constants());
        assertThat(
                        API.at("/components/messages/change/headers/properties/ce_type/enum")
                                .valueStream()
                                .map(JsonNode::asString))
                .containsExactly(ChangeEvent.CE_TYPE, ChangeEvent.CE_TYPE_ERASURE);
    }

    @Test
    void every_example_fits_its_schema() {
        API.at("/components/messages")
                .forEachEntry((name, message) -> {
                    JsonNode payload = message.path("payload");
                    assertThat(message.path("examples")).as(name).isNotEmpty();
                    for (JsonNode example : message.path("examples")) {
                        API.assertThatFits(
                                name + "/headers",
                                message.path("headers"),
                                example.path("headers"));
                        API.assertThatFits(
                                name + "/payload",
                                payload.has("schema") ? payload.get("schema") : payload,
                                example.path("payload"));
                    }
                });
    }

    private static List<String> constants() {
        return Stream.of(RecordHeaders.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(AsyncApiTest::valueOf)
                .toList();
    }

    private static String valueOf(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException ofAPublicField) {
            throw new AssertionError(ofAPublicField);
        }
    }
}
