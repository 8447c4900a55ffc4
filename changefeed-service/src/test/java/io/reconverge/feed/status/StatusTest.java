package io.reconverge.feed.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.SpaceId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@OnParts
class StatusTest {

    private static final String STATUS = "/v1/spaces/me/status";

    private final Feed feed = Feed.shared();

    @Test
    void a_space_says_how_it_is_doing() {
        ChangeEvent last =
                feed.commits()
                        .put(
                                "status-all",
                                Write.put("task", "1", "{}"),
                                Write.put("note", "1", "{}"),
                                Write.put("note", "2", "{}"),
                                Write.put("note", "3", "{}"),
                                Write.superseded("note", "3", "{}"),
                                Write.delete("note", "1"))
                        .getLast();
        feed.commits()
                .sql(
                        "update space set conflicts = 3, log_start = 2 where space_id = ?",
                        SpaceId.personal("status-all"));
        JsonNode status = feed.get("status-all", STATUS);
        assertThat(status.get("space").stringValue())
                .isEqualTo(SpaceId.personal("status-all").toString());
        assertThat(status.get("version").longValue()).isEqualTo(6);
        assertThat(status.get("lastChangeAt").longValue()).isEqualTo(last.committedAt());
        assertThat(status.get("entities").toString())
                .isEqualTo(
                        """
                        {"note":{"live":2,"deleted":1},"task":{"live":1,"deleted":0}}\
                        """);
        assertThat(status.get("conflicts").longValue()).isEqualTo(3);
        assertThat(status.get("logSize").longValue()).isEqualTo(5);
        assertThat(status.get("devices").size()).isZero();
        assertThat(status.get("lag").isNumber()).isTrue();
    }

    @Test
    void a_space_that_nobody_wrote_to_says_so() {
        JsonNode status = feed.get("status-nobody", STATUS);
        assertThat(status.get("version").longValue()).isZero();
        assertThat(status.get("lastChangeAt").isNull()).isTrue();
        assertThat(status.get("entities").size()).isZero();
        assertThat(status.get("logSize").longValue()).isZero();
    }

    @Test
    void a_device_that_reads_is_noted_once_a_minute_with_how_far_it_read() {
        feed.commits().put("status-device", Write.put("note", "1", "{}"));
        read("status-device", "laptop");
        await().until(() -> devices("status-device").size() == 1);
        JsonNode device = devices("status-device").get(0);
        assertThat(device.get("deviceId").stringValue()).isEqualTo("laptop");
        assertThat(device.get("cursorVersion").longValue()).isEqualTo(1);
        assertThat(device.get("lastSyncAt").longValue()).isPositive();

        double before = feed.statements();
        feed.commits().put("status-device", Write.put("note", "2", "{}"));
        read("status-device", "laptop");
        assertThat(feed.statements() - before).isEqualTo(1);
        assertThat(devices("status-device").get(0)).isEqualTo(device);

        read("status-device", "phone");
        await().until(() -> devices("status-device").size() == 2);
        assertThat(devices("status-device").get(0).get("deviceId").stringValue())
                .isEqualTo("phone");
    }

    @Test
    void a_read_does_not_fail_with_the_note_of_it() {
        Feed tight = Feed.tight();
        tight.commits().put("status-note", Write.put("note", "1", "{}"));
        tight.commits().sql("alter table device rename to device_away");
        try {
            read(tight, "status-note", "laptop");
        } finally {
            tight.commits().sql("alter table device_away rename to device");
        }
        await().untilAsserted(() -> {
            read(tight, "status-note", "laptop");
            assertThat(tight.get("status-note", STATUS).get("devices").size()).isEqualTo(1);
        });
    }

    @Test
    void a_space_remembers_a_thousand_devices_and_shows_a_hundred() {
        String user = "status-devices";
        feed.commits()
                .sql(
                        """
                        insert into device
                        select ?, 'd-' || n, ?, n, 0 from generate_series(1, 1000) as n
                        """,
                        SpaceId.personal(user),
                        user);
        read(user, "newest");
        await().until(() -> {
            JsonNode devices = devices(user);
            return devices.get(0).get("deviceId").stringValue().equals("newest");
        });
        assertThat(devices(user).size()).isEqualTo(100);
        assertThat(count(user, "true")).isEqualTo(1_000);
        assertThat(count(user, "device_id = 'd-1'")).isZero();
        assertThat(count(user, "device_id = 'd-2'")).isEqualTo(1);
    }

    private long count(String user, String condition) {
        return feed.commits()
                .number(
                        "select count(*) from device where space_id = ? and " + condition,
                        SpaceId.personal(user));
    }

    @Test
    void a_caller_has_a_space_of_its_own() {
        assertThat(feed.get("status-spaces", "/v1/spaces").toString())
                .isEqualTo(
                        """
                        {"spaces":[{"id":"%s","name":"me","role":"owner","version":0,"members":1}]}\
                        """
                                .formatted(SpaceId.personal("status-spaces")));
        feed.commits().put("status-spaces", Write.put("note", "1", "{}"));
        assertThat(
                        feed.get("status-spaces", "/v1/spaces")
                                .get("spaces")
                                .get(0)
                                .get("version")
                                .longValue())
                .isEqualTo(1);
    }

    private void read(String user, String device) {
        read(feed, user, device);
    }

    private static void read(Feed feed, String user, String device) {
        feed.as(user)
                .get()
                .uri("/v1/spaces/me/changes")
                .header("Device-Id", device)
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void what_it_does_can_be_watched() {
        feed.get("status-watched", "/v1/spaces/me/changes?wait=1");
        String metrics =
                feed.anyone()
                        .get()
                        .uri("/actuator/prometheus")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
        assertThat(metrics)
                .contains(
                        "reconverge_feed_subscribers ",
                        "reconverge_feed_polls_waiting ",
                        "reconverge_feed_deliveries_total{from=\"tail\"}",
                        "reconverge_feed_deliveries_total{from=\"postgres\"}",
                        "reconverge_feed_slow_readers_total ",
                        "reconverge_feed_page_entities_count ",
                        "reconverge_database_statements_total ",
                        "reconverge_feed_tail_lag ",
                        "reconverge_feed_buffers_held_bytes ",
                        "reconverge_feed_answers_held_bytes ",
                        "r2dbc_pool_acquired_connections{");
    }

    private JsonNode devices(String user) {
        return feed.get(user, STATUS).get("devices");
    }
}
