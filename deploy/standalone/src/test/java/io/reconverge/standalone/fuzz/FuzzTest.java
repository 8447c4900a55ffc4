package io.reconverge.standalone.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.standalone.Pipeline;
import io.reconverge.wire.Problem;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/// Whatever a client sends: nothing fails inside, every refusal is a problem document, no partition
/// stands still, nobody else's data come out, and nothing is kept of it.
///
/// `-Dreconverge.fuzz.requests=20000 -Dreconverge.fuzz.seed=7` for more of it, and for another.
@OnParts
class FuzzTest {

    private static final int REQUESTS = Integer.getInteger("reconverge.fuzz.requests", 1_500);
    private static final long SEED = Long.getLong("reconverge.fuzz.seed", 1);
    private static final int LOOK_EVERY = 500;
    private static final long GROWTH_MAX = 96L << 20;

    private static Pipeline pipeline;

    private final String secret = "secret-" + UUID.randomUUID();
    private final String victim = "victim-" + UUID.randomUUID();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void start() {
        pipeline =
                Pipeline.start(
                        "fuzz", Map.of("reconverge.gateway.limit.address-per-minute", 1_000_000));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void whatever_is_sent_is_answered_and_harms_nobody() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        Grammar grammar = new Grammar();
        Spoiler spoiler = new Spoiler(random.split());
        Wire wire = new Wire(pipeline.gateway());
        push(victim);
        String before = pipeline.get(victim, "/v1/spaces/me/changes").body();
        long settled = 0;
        for (int i = 1; i <= REQUESTS && faults.size() < 20; i++) {
            Message message = grammar.request(random);
            authorize(message, random);
            if (random.nextInt(10) > 0) {
                spoiler.spoil(message);
            }
            check(message, wire.send(message.bytes()));
            if (i % LOOK_EVERY == 0) {
                nothingStandsStill(i);
            }
            if (i == Math.max(LOOK_EVERY, REQUESTS / 4)) {
                settled = used();
            }
        }

        assertThat(faults).isEmpty();
        assertThat(pipeline.get(victim, "/v1/spaces/me/changes").body()).isEqualTo(before);
        assertThat(grammar.size()).isGreaterThan(50);
        assertThat(statuses).containsKeys(200, 400, 401, 403, 404, 405);
        assertThat(used() - settled).as("bytes more than after a quarter").isLessThan(GROWTH_MAX);
        System.out.printf("%d requests of seed %d: %s%n", REQUESTS, SEED, statuses);
    }

    private static void authorize(Message message, SplittableRandom random) {
        message.headers.put("Host", "127.0.0.1");
        switch (random.nextInt(20)) {
            case 0 -> {}
            case 1 -> message.headers.put("Authorization", "Bearer x.y.z");
            case 2 -> message.headers.put("Authorization", "Basic eDp5");
            default ->
                    message.headers.put(
                            "Authorization",
                            "Bearer " + Parts.shared().tokens().of("fuzzer-" + random.nextInt(6)));
        }
    }

    private void check(Message message, Wire.Answer answer) {
        statuses.merge(answer.status(), 1, Integer::sum);
        if (answer.status() == 0 || answer.status() >= 500) {
            faults.add(answer.status() + " to " + message + ": " + answer.body());
        } else if (answer.body().contains(secret)) {
            faults.add("what is another's in the answer to " + message);
        } else if (answer.status() >= 400 && !message.method.equals("HEAD") && !isProblem(answer)) {
            faults.add(answer.status() + " without a problem to " + message + ": " + answer);
        }
    }

    private static boolean isProblem(Wire.Answer answer) {
        if (!answer.head().contains("content-type: application/problem+json")) {
            return false;
        }
        try {
            return WireJson.MAPPER.readValue(answer.body(), Problem.class).status()
                    == answer.status();
        } catch (JacksonException notAProblem) {
            return false;
        }
    }

    /// Of several people, whose spaces are in all partitions.
    private void nothingStandsStill(int i) {
        for (int person = 0; person < 6; person++) {
            push("bystander-" + person + "-" + i);
        }
    }

    private void push(String person) {
        Pipeline.Answer pushed =
                pipeline.sync(
                        person,
                        "{'deviceId':'d','changes':[{'changeId':'%s','type':'note','id':'n','op':'put','data':{'s':'%s'}}]}"
                                .formatted(UUID.randomUUID(), secret));
        assertThat(pushed.status()).as(pushed.body()).isEqualTo(200);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
