package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import io.reconverge.standalone.Pipeline.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// One user, one note, two protocols at once.
@OnParts
class OneTruthTest {

    private static final int EDITS = 30;

    private final Pipeline pipeline = Server.pipeline();
    private final String user = Server.someone();
    private final String note = UUID.randomUUID().toString();

    @Test
    void a_note_that_is_edited_through_two_protocols_at_once_is_one_note_to_both()
            throws ExecutionException, InterruptedException {
        assertThat(
                        pipeline.post(
                                        user,
                                        "/api/v1/sync/content",
                                        """
                                        {"id":"%s","type":"TEXT","content":"first","createdAt":1,"lastUpdated":1}
                                        """
                                                .formatted(note))
                                .status())
                .isEqualTo(200);
        int accepted = 1;
        try (ExecutorService devices = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> edits = new ArrayList<>();
            for (int i = 0; i < EDITS; i++) {
                int edit = i;
                edits.add(devices.submit(() -> throughTheirs(edit)));
                edits.add(devices.submit(() -> throughOurs(edit)));
            }
            for (Future<Boolean> edit : edits) {
                accepted += edit.get() ? 1 : 0;
            }
        }

        JsonNode ours = pipeline.get(user, path()).json();
        JsonNode theirs = theirs();
        assertThat(theirs.get("content")).isEqualTo(ours.at("/data/content"));
        assertThat(theirs.get("mediaUri")).isEqualTo(ours.at("/data/mediaUri"));
        assertThat(theirs.get("serverVersion").asLong()).isEqualTo(ours.get("version").asLong());
        assertThat(pipeline.get(user, path() + "/history?limit=500").json().get("entries"))
                .hasSize(accepted);
    }

    @Test
    void a_version_seen_through_one_protocol_guards_an_edit_through_the_other() {
        throughOurs(0);
        long seen = theirs().get("serverVersion").asLong();
        assertThat(throughOurs(1)).isTrue();

        Answer stale =
                pipeline.post(
                        user,
                        "/api/v1/sync/content/" + note,
                        """
                        {"content":"stale","lastUpdated":9,"clientLastKnownServerVersion":%d}
                        """
                                .formatted(seen));
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.json().at("/current/serverVersion").asLong()).isEqualTo(seen + 1);

        long now = theirs().get("serverVersion").asLong();
        assertThat(throughTheirs(2)).isTrue();
        assertThat(put("{\"type\":\"TEXT\",\"content\":\"x\"}", now).status()).isEqualTo(412);
    }

    private boolean throughTheirs(int edit) {
        return pipeline.post(
                                user,
                                "/api/v1/sync/content/" + note,
                                """
                                {"content":"theirs %d","lastUpdated":%d}
                                """
                                        .formatted(edit, System.currentTimeMillis()))
                        .status()
                == 200;
    }

    private boolean throughOurs(int edit) {
        return put(
                                """
                                {"type":"TEXT","content":"ours %d","mediaUri":"file:///%d"}
                                """
                                        .formatted(edit, edit),
                                null)
                        .status()
                < 500;
    }

    private Answer put(String data, @Nullable Long base) {
        var request =
                pipeline.request(user, path())
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(data));
        if (base != null) {
            request.header("If-Match", "\"" + base + "\"");
        }
        return pipeline.send(request.build());
    }

    private String path() {
        return "/v1/spaces/me/entities/logdate-note/" + note;
    }

    private JsonNode theirs() {
        return pipeline.get(user, "/api/v1/sync/content/changes?since=0").json().at("/changes/0");
    }
}
