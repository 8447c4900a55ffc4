package io.reconverge.client.http;

import static io.reconverge.client.http.ScriptedServer.answer;
import static io.reconverge.client.http.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.client.TokenSupplier;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Role;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServerTest {

    private static final HttpClient HTTP = Origin.httpClient(Duration.ofSeconds(5));
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static Server server(ScriptedServer scripted, Duration limit) {
        return new Server(
                new Origin(
                        scripted.uri(),
                        HTTP,
                        TokenSupplier.of(HttpTransportTest.TOKEN),
                        "alice"::equals,
                        limit));
    }

    private static Server server(ScriptedServer scripted) {
        return server(scripted, LIMIT);
    }

    @Test
    void a_history_comes_as_it_was_sent() throws Exception {
        try (ScriptedServer scripted =
                ScriptedServer.of(json(200, "{'entries':[{'version':1.0}],'before':1}"))) {
            Server server = server(scripted);

            assertThat(server.history("me", "note", "..", null, 5).text())
                    .isEqualTo("{\"entries\":[{\"version\":1.0}],\"before\":1}");
            server.history("b/c", "note", "a/\u00e9 ;?#%", 7L, 1);

            assertThat(scripted.requests().take().line())
                    .isEqualTo("GET /v1/spaces/me/entities/note/%2E%2E/history?limit=5 HTTP/1.1");
            assertThat(scripted.requests().take().line())
                    .isEqualTo(
                            "GET /v1/spaces/b%2Fc/entities/note/a%2F%C3%A9%20%3B%3F%23%25/history?limit=1&before=7 HTTP/1.1");
        }
    }

    @Test
    void spaces_are_made_and_shared() throws Exception {
        try (ScriptedServer scripted = ScriptedServer.of(json(201, "{'id':'s','role':'owner'}"))) {
            assertThat(server(scripted).makeSpace("Trip").tree().get("id").asString())
                    .isEqualTo("s");
            ScriptedServer.Request request = scripted.requests().take();
            assertThat(request.line()).isEqualTo("POST /v1/spaces HTTP/1.1");
            assertThat(request.text()).isEqualTo("{\"name\":\"Trip\"}");
            assertThat(request.headers()).containsKey("change-id");
        }
        try (ScriptedServer scripted = ScriptedServer.of(json(200, "{'role':'viewer'}"))) {
            server(scripted).putMember("s", "b/o", Role.VIEWER);
            ScriptedServer.Request request = scripted.requests().take();
            assertThat(request.line()).isEqualTo("PUT /v1/spaces/s/members/b%2Fo HTTP/1.1");
            assertThat(request.text()).isEqualTo("{\"role\":\"viewer\"}");
        }
        try (ScriptedServer scripted = ScriptedServer.of(answer(204, "", ""))) {
            server(scripted).removeMember("s", "me");
            assertThat(scripted.requests().take().line())
                    .isEqualTo("DELETE /v1/spaces/s/members/me HTTP/1.1");
        }
        try (ScriptedServer scripted =
                ScriptedServer.of(json(200, "{'members':[{'userId':'a','role':'owner'}]}"))) {
            assertThat(server(scripted).members("s")).hasSize(1);
        }
    }

    @Test
    void a_restore_says_what_became_of_it() throws Exception {
        UUID id = new UUID(0, 1);
        try (ScriptedServer scripted =
                ScriptedServer.of(
                        json(
                                200,
                                "{'status':'applied','changeId':'%s','version':9,'duplicate':false,'created':false}"
                                        .formatted(id)))) {
            assertThat(server(scripted).restore("me", "note", "n-1", 4))
                    .isEqualTo(new ChangeResult.Applied(id, 9, false, false));

            ScriptedServer.Request request = scripted.requests().take();
            assertThat(request.line())
                    .isEqualTo("POST /v1/spaces/me/entities/note/n-1/restore HTTP/1.1");
            assertThat(request.text()).isEqualTo("{\"version\": 4}");
            assertThat(request.headers()).containsKey("change-id");
        }
        try (ScriptedServer scripted = ScriptedServer.of(answer(204, "ETag: \"12\"\r\n", ""))) {
            assertThat(server(scripted).restore("me", "note", "n-1", 4))
                    .isInstanceOfSatisfying(
                            ChangeResult.Applied.class,
                            applied -> assertThat(applied.version()).isEqualTo(12));
        }
    }

    @Test
    void the_spaces_are_told_one_by_one() throws Exception {
        try (ScriptedServer scripted =
                ScriptedServer.of(json(200, "{'spaces':[{'name':'me'},{'name':'x'}]}"))) {
            assertThat(server(scripted).spaces())
                    .extracting(space -> space.tree().get("name").asString())
                    .containsExactly("me", "x");
        }
    }

    @Test
    void the_servers_clock_is_compared_with_ours() throws Exception {
        long hourAhead = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
        try (ScriptedServer scripted =
                ScriptedServer.of(
                        json(200, "{'results':[],'serverTime':%d}".formatted(hourAhead)))) {
            Server.Reached reached = server(scripted).reach();

            assertThat(reached.clockAhead())
                    .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
            assertThat(reached.roundTrip()).isPositive();
        }
    }

    @Test
    void what_goes_wrong_is_an_exception_of_its_own() throws Exception {
        try (ScriptedServer refusing =
                ScriptedServer.of(
                        json(
                                404,
                                "{'type':'urn:reconverge:problem:not-found','title':'t','status':404,'detail':'none'}"))) {
            assertThatThrownBy(() -> server(refusing).status("me"))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().status()).isEqualTo(404));
        }
        try (ScriptedServer busy = ScriptedServer.of(answer(429, "", ""))) {
            assertThatThrownBy(() -> server(busy).status("me"))
                    .isInstanceOf(ProblemException.class);
        }
        try (ScriptedServer signedOut = ScriptedServer.of(answer(401, "", ""))) {
            assertThatThrownBy(() -> server(signedOut).status("me"))
                    .isInstanceOf(SignedOutException.class);
        }
        try (ScriptedServer portal = ScriptedServer.of(answer(200, "", "<html>"))) {
            assertThatThrownBy(() -> server(portal).spaces())
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(ProblemException.class);
        }
        ScriptedServer[] self = new ScriptedServer[1];
        try (ScriptedServer silent = ScriptedServer.of((_, _) -> self[0].stall())) {
            self[0] = silent;
            assertThatThrownBy(() -> server(silent, Duration.ofMillis(300)).spaces())
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(ProblemException.class);
        }
    }

    @Test
    void whoever_waits_can_be_interrupted() throws Exception {
        ScriptedServer[] self = new ScriptedServer[1];
        try (ScriptedServer silent = ScriptedServer.of((_, _) -> self[0].stall())) {
            self[0] = silent;
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread waiting =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    server(silent).spaces();
                                } catch (IOException | SignedOutException e) {
                                    thrown.complete(e);
                                }
                            });
            silent.requests().take();
            waiting.interrupt();

            assertThat(thrown.join()).isInstanceOf(InterruptedIOException.class);
        }
    }
}
