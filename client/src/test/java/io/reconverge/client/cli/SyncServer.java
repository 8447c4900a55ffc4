package io.reconverge.client.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reconverge.client.replica.ModelServer;
import io.reconverge.client.replica.Page;
import io.reconverge.ingest.decide.LogRow;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.SyncRequestReader;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Push, pull, live and history of one space on a real socket, decided as the real server decides.
/// What is of the type `refused` it refuses.
final class SyncServer implements AutoCloseable {

    private final HttpServer server;
    private final ModelServer model = new ModelServer(new Random(1));
    private @Nullable ProblemType fault;
    private boolean closed;

    SyncServer() throws IOException {
        model.becomeNice();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// From here on every answer is this.
    synchronized void failing(@Nullable ProblemType fault) {
        this.fault = fault;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ProblemType fault;
            synchronized (this) {
                fault = this.fault;
            }
            String path = exchange.getRequestURI().getPath();
            if (fault != null) {
                answer(exchange, fault.status(), Problem.of(fault, "As the test wants it."));
            } else if (path.equals("/v1/spaces/me/sync")) {
                answer(exchange, 200, sync(exchange));
            } else if (path.equals("/v1/spaces/me/changes")) {
                changes(exchange);
            } else if (path.endsWith("/history")) {
                answer(exchange, 200, history(path.split("/")));
            } else {
                answer(exchange, 404, Problem.of(ProblemType.NOT_FOUND, path));
            }
        }
    }

    private synchronized Answer sync(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        byte[] json = (zipped ? new GZIPInputStream(body) : body).readAllBytes();
        SyncRequest request = SyncRequestReader.read(json, System.currentTimeMillis());
        List<ChangeResult> results = new ArrayList<>();
        for (Change change : request.changes()) {
            if (change.type().equals("refused")) {
                results.add(
                        new ChangeResult.Rejected(
                                change.changeId(),
                                Problem.of(ProblemType.UNPROCESSABLE, "Not with me.")));
            } else {
                results.addAll(model.push(request.deviceId(), List.of(change)));
            }
        }
        SyncRequest.Pull pull = request.pull();
        Page page = pull == null ? null : page(pull.cursor(), pull.limit());
        return new Answer(
                results,
                page == null ? null : page.changes(),
                page == null ? null : page.cursor(),
                page == null ? null : page.version(),
                page == null ? null : page.hasMore(),
                System.currentTimeMillis());
    }

    private record Answer(
            List<ChangeResult> results,
            @Nullable List<Entity> changes,
            @Nullable String cursor,
            @Nullable Long version,
            @Nullable Boolean hasMore,
            long serverTime) {}

    private Page page(@Nullable String cursor, int limit) {
        return Objects.requireNonNull(model.page(cursor, limit));
    }

    private void changes(HttpExchange exchange) throws IOException {
        String cursor =
                cursorOf(Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""));
        if (!"text/event-stream".equals(exchange.getRequestHeaders().getFirst("Accept"))) {
            synchronized (this) {
                answer(exchange, 200, page(cursor, 500));
            }
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        stream(exchange.getResponseBody(), cursor);
    }

    private static @Nullable String cursorOf(String query) {
        for (String parameter : query.split("&")) {
            if (parameter.startsWith("cursor=")) {
                return URLDecoder.decode(parameter.substring("cursor=".length()), UTF_8);
            }
        }
        return null;
    }

    private synchronized void stream(OutputStream out, @Nullable String from) throws IOException {
        String cursor = from;
        boolean caughtUp = false;
        while (!closed) {
            Page page = page(cursor, 5_000);
            for (Entity entity : page.changes()) {
                event(out, "change", model.cursor(entity.version()), entity);
            }
            if (!caughtUp) {
                event(
                        out,
                        "caught-up",
                        page.cursor(),
                        Map.of("cursor", page.cursor(), "version", page.version()));
            }
            caughtUp = true;
            cursor = page.cursor();
            try {
                wait(20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void event(OutputStream out, String name, String id, Object data)
            throws IOException {
        out.write(
                "event: %s\nid: %s\ndata: %s\n\n"
                        .formatted(name, id, WireJson.MAPPER.writeValueAsString(data))
                        .getBytes(UTF_8));
        out.flush();
    }

    /// @param committedAt epoch milliseconds
    private record Row(
            long version,
            String type,
            String id,
            String op,
            String outcome,
            @Nullable JsonObject data,
            String actor,
            long committedAt) {}

    private synchronized Map<String, List<Row>> history(String[] path) {
        return Map.of(
                "entries",
                model.everLogged().reversed().stream()
                        .map(LogRow::event)
                        .filter(event -> event.type().equals(path[5]) && event.id().equals(path[6]))
                        .map(event ->
                                new Row(
                                        event.version(),
                                        event.type(),
                                        event.id(),
                                        event.op().name().toLowerCase(Locale.ROOT),
                                        event.outcome().name().toLowerCase(Locale.ROOT),
                                        event.data(),
                                        event.actor(),
                                        event.committedAt()))
                        .toList());
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] json = WireJson.MAPPER.writeValueAsBytes(body);
        exchange.getResponseHeaders()
                .set("Content-Type", status < 300 ? "application/json" : Problem.MEDIA_TYPE);
        exchange.sendResponseHeaders(status, json.length);
        exchange.getResponseBody().write(json);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
    }
}
