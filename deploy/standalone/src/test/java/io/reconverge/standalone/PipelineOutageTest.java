package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What clients see while a part is gone, and that all goes on by itself when it is back.
@OnParts
class PipelineOutageTest {

    private static Pipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = Pipeline.start("outages", Map.of());
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void
            while_postgres_is_stopped_pushes_answer_202_and_reads_503_and_then_the_202s_become_results() {
        assertThat(push("ann", UUID.randomUUID(), "before").status()).isEqualTo(200);
        UUID pending = UUID.randomUUID();

        Parts.shared().database().stop();
        try {
            Pipeline.Answer pushed = push("ann", pending, "during");
            assertThat(pushed.status()).as(pushed.body()).isEqualTo(202);
            assertThat(pushed.json().at("/results/0/status").asString()).isEqualTo("pending");
            Pipeline.Answer read = pipeline.get("ann", "/v1/spaces/me/changes");
            assertThat(read.status()).as(read.body()).isEqualTo(503);
            assertThat(read.headers().firstValue("Retry-After")).isPresent();
        } finally {
            Parts.shared().database().start();
        }

        Pipeline.until("the 202 became a result", () -> receipt("ann", pending).equals("applied"));
        JsonNode pulled = pipeline.get("ann", "/v1/spaces/me/changes").json();
        assertThat(pulled.get("changes").size()).isEqualTo(2);
    }

    @Test
    void while_kafka_is_stopped_pushes_answer_503_and_then_work_again() {
        assertThat(push("bea", UUID.randomUUID(), "before").status()).isEqualTo(200);

        Parts.shared().broker().stop();
        try {
            Pipeline.Answer pushed = push("bea", UUID.randomUUID(), "during");
            assertThat(pushed.status()).as(pushed.body()).isEqualTo(503);
            assertThat(pushed.headers().firstValue("Retry-After")).isPresent();
            assertThat(pipeline.get("bea", "/v1/spaces/me/changes").status()).isEqualTo(200);
        } finally {
            Parts.shared().broker().start();
        }

        Pipeline.until(
                "pushes work again", () -> push("bea", UUID.randomUUID(), "after").status() == 200);
    }

    @Test
    void while_the_object_store_is_stopped_files_answer_503_and_all_else_works() {
        Parts.shared().objectStore().stop();
        try {
            Pipeline.Answer file =
                    pipeline.send(
                            pipeline.request("cid", "/v1/spaces/me/media?mediaId=pier")
                                    .POST(HttpRequest.BodyPublishers.ofString("a picture"))
                                    .build());
            assertThat(file.status()).as(file.body()).isEqualTo(503);
            assertThat(file.headers().firstValue("Retry-After")).isPresent();
            assertThat(push("cid", UUID.randomUUID(), "during").status()).isEqualTo(200);
            JsonNode pulled = pipeline.get("cid", "/v1/spaces/me/changes").json();
            assertThat(pulled.at("/changes/0/id").asString()).isEqualTo("during");
            assertThat(pulled.get("changes").size()).isEqualTo(1);
        } finally {
            Parts.shared().objectStore().start();
        }

        Pipeline.until(
                "files are taken again",
                () ->
                        pipeline.send(
                                                pipeline.request(
                                                                "cid",
                                                                "/v1/spaces/me/media?mediaId=pier")
                                                        .POST(
                                                                HttpRequest.BodyPublishers.ofString(
                                                                        "a picture"))
                                                        .build())
                                        .status()
                                == 201);
    }

    private static Pipeline.Answer push(String user, UUID changeId, String id) {
        return pipeline.sync(
                user,
                "{'deviceId':'d','changes':[{'changeId':'%s','type':'thing','id':'%s','op':'put','data':{}}]}"
                        .formatted(changeId, id));
    }

    private static String receipt(String user, UUID changeId) {
        Pipeline.Answer answer = pipeline.get(user, "/v1/spaces/me/receipts?changeId=" + changeId);
        return answer.status() == 200 ? answer.json().at("/results/0/status").asString() : "";
    }
}
