package io.reconverge.feed.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@OnParts
class HistoryTest {

    private static final String HISTORY = "/v1/spaces/me/entities/note/1/history";

    private final Feed feed = Feed.shared();

    @Test
    void an_entitys_changes_come_newest_first_and_no_others() {
        write("history-all");
        JsonNode page = feed.get("history-all", HISTORY);
        assertThat(versions(page)).containsExactly(7L, 5L, 4L, 2L, 1L);
        assertThat(page.has("before")).isFalse();
        JsonNode superseded = page.get("entries").get(2);
        assertThat(superseded.get("outcome").stringValue()).isEqualTo("superseded");
        assertThat(superseded.get("entityVersion").longValue()).isEqualTo(2);
        assertThat(page.get("entries").get(0).get("op").stringValue()).isEqualTo("delete");
    }

    @Test
    void it_is_read_back_by_pages() {
        write("history-pages");
        JsonNode first = feed.get("history-pages", HISTORY + "?limit=2");
        assertThat(versions(first)).containsExactly(7L, 5L);
        assertThat(first.get("before").longValue()).isEqualTo(5);
        JsonNode second = feed.get("history-pages", HISTORY + "?limit=2&before=5");
        assertThat(versions(second)).containsExactly(4L, 2L);
        assertThat(second.get("before").longValue()).isEqualTo(2);
        JsonNode third = feed.get("history-pages", HISTORY + "?limit=2&before=2");
        assertThat(versions(third)).containsExactly(1L);
        assertThat(third.has("before")).isFalse();
    }

    @Test
    void another_entitys_version_leads_nowhere() {
        write("history-other");
        assertThat(versions(feed.get("history-other", HISTORY + "?before=6"))).isEmpty();
        assertThat(versions(feed.get("history-other", HISTORY + "?before=99"))).isEmpty();
    }

    @Test
    void it_ends_where_the_log_begins() {
        write("history-trimmed");
        var space = SpaceId.personal("history-trimmed");
        feed.commits().sql("delete from log where space_id = ? and version < 4", space);
        feed.commits().sql("update space set log_start = 4 where space_id = ?", space);
        JsonNode page = feed.get("history-trimmed", HISTORY + "?limit=3");
        assertThat(versions(page)).containsExactly(7L, 5L, 4L);
        assertThat(page.has("before")).isFalse();
    }

    @Test
    void one_version_can_be_asked_for() {
        write("history-one");
        JsonNode entry = feed.get("history-one", HISTORY + "/2");
        assertThat(entry.get("data").toString()).isEqualTo("{\"a\":2}");
        assertThat(entry.get("changeId").stringValue()).hasSize(36);
        feed.problem(ProblemType.NOT_FOUND, "history-one", HISTORY + "/3");
        feed.problem(ProblemType.NOT_FOUND, "history-one", HISTORY + "/99");
        feed.problem(ProblemType.NOT_FOUND, "history-one", HISTORY + "/-1");
        feed.problem(ProblemType.MALFORMED_REQUEST, "history-one", HISTORY + "/two");
        feed.problem(
                ProblemType.MALFORMED_REQUEST, "history-one", HISTORY + "/99999999999999999999");
    }

    @Test
    void what_never_was_has_none() {
        feed.problem(ProblemType.NOT_FOUND, "history-none", HISTORY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=501", "before=0", "before=-1", "before=x"})
    void its_parameters_are_checked(String query) {
        feed.problem(ProblemType.MALFORMED_REQUEST, "history-query", HISTORY + "?" + query);
    }

    private void write(String user) {
        feed.commits()
                .put(
                        user,
                        Write.put("note", "1", "{\"a\":1}"),
                        Write.put("note", "1", "{\"a\":2}"),
                        Write.put("note", "2", "{}"),
                        Write.superseded("note", "1", "{\"a\":0}"),
                        Write.put("note", "1", "{\"a\":3}"),
                        Write.put("task", "1", "{}"),
                        Write.delete("note", "1"));
    }

    private static List<Long> versions(JsonNode page) {
        return StreamSupport.stream(page.get("entries").spliterator(), false)
                .map(entry -> entry.get("version").longValue())
                .toList();
    }
}
