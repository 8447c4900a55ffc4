package io.reconverge.chaos.run;

import io.reconverge.chaos.device.HostPlan.DevicePlan;
import io.reconverge.chaos.device.HostPlan.SpacePlan;
import io.reconverge.chaos.writer.Acknowledgements;
import io.reconverge.chaos.writer.Api;
import io.reconverge.chaos.writer.MediaWriter;
import io.reconverge.chaos.writer.RawWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/// Who there is, and what they share: two devices a person, four people a shared space, writers in
/// the same spaces, and one stranger who is in none of them.
final class Town {
    private static final int PEOPLE_A_SPACE = 4;

    /// For a change to be decided.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration RETRY = Duration.ofMillis(500);

    private final Api api;
    private final UnaryOperator<String> tokens;
    private final Random random;
    private final Map<String, List<SpacePlan>> spaces = new LinkedHashMap<>();
    private final Map<String, String> homes = new HashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final List<SpacePlan> shared = new ArrayList<>();

    /// @param tokens a good one, by the user's name
    Town(Api api, UnaryOperator<String> tokens, long seed) {
        this.api = api;
        this.tokens = tokens;
        this.random = new Random(seed);
    }

    /// What is written into each space's entities.
    Map<String, String> homes() {
        return Map.copyOf(homes);
    }

    Map<String, String> owners() {
        return Map.copyOf(owners);
    }

    /// Makes people with their spaces, before anything is broken, and says which devices they have.
    List<DevicePlan> devices(int count, Path folder) throws IOException, InterruptedException {
        int people = (count + 1) / 2;
        for (int i = 0; i < people; i++) {
            person("person-" + i);
        }
        for (int i = 0; i * PEOPLE_A_SPACE < people; i++) {
            List<String> members = new ArrayList<>();
            for (int j = i * PEOPLE_A_SPACE; j < Math.min(people, (i + 1) * PEOPLE_A_SPACE); j++) {
                members.add("person-" + j);
            }
            share("household-" + i, members);
        }
        List<DevicePlan> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String user = "person-" + i / 2;
            devices.add(
                    new DevicePlan(
                            "d" + i,
                            user,
                            tokens.apply(user),
                            folder.resolve("d" + i).toString(),
                            List.copyOf(spacesOf(user))));
        }
        return devices;
    }

    /// Writers who are editors of shared spaces, the last of them a stranger to all.
    List<RawWriter> writers(int count, Acknowledgements acknowledgements)
            throws IOException, InterruptedException {
        List<RawWriter> writers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String user = "writer-" + i;
            person(user);
            SpacePlan joined = shared.get(i % shared.size());
            member(joined, "person-" + (i % shared.size()) * PEOPLE_A_SPACE, user);
            writers.add(writer(user, spacesOf(user), true, acknowledgements));
        }
        person("stranger");
        List<SpacePlan> others = new ArrayList<>(shared);
        others.add(spacesOf("person-0").getFirst());
        others.removeIf(space -> space.called().equals("me") && space.home().contains("stranger"));
        writers.add(writer("stranger", others, false, acknowledgements));
        return writers;
    }

    /// Who sends files, to a space of their own.
    MediaWriter photographer() throws IOException, InterruptedException {
        person("photographer");
        return new MediaWriter(
                tokens.apply("photographer"),
                spacesOf("photographer").getFirst().id(),
                api,
                random.nextLong());
    }

    private List<SpacePlan> spacesOf(String user) {
        return spaces.computeIfAbsent(user, _ -> new ArrayList<>());
    }

    private RawWriter writer(
            String user,
            List<SpacePlan> where,
            boolean mayWrite,
            Acknowledgements acknowledgements) {
        return new RawWriter(
                user,
                tokens.apply(user),
                where,
                mayWrite,
                api,
                acknowledgements,
                random.nextLong());
    }

    private void person(String user) throws IOException, InterruptedException {
        Api.Answer answer = api.send("GET", "/v1/spaces", tokens.apply(user), "");
        if (answer.status() != 200) {
            throw new IllegalStateException("no spaces of " + user + ": " + answer);
        }
        for (JsonNode space : answer.json().path("spaces")) {
            if (space.path("name").asString("").equals("me")) {
                String id = space.path("id").asString();
                homes.put(id, "home of " + user);
                owners.put(id, user);
                List<SpacePlan> own = new ArrayList<>();
                own.add(new SpacePlan(id, "me", homes.get(id)));
                spaces.put(user, own);
            }
        }
    }

    private void share(String name, List<String> members) throws IOException, InterruptedException {
        Api.Answer made =
                write(
                        "POST",
                        "/v1/spaces",
                        members.getFirst(),
                        "{\"name\":\"%s\"}".formatted(name));
        String id = made.json().path("id").asString();
        homes.put(id, name);
        SpacePlan space = new SpacePlan(id, id, name);
        shared.add(space);
        spacesOf(members.getFirst()).add(space);
        for (String member : members.subList(1, members.size())) {
            member(space, members.getFirst(), member);
        }
    }

    private void member(SpacePlan space, String owner, String user)
            throws IOException, InterruptedException {
        write(
                "PUT",
                "/v1/spaces/%s/members/%s".formatted(space.id(), user),
                owner,
                "{\"role\":\"editor\"}");
        spacesOf(user).add(space);
    }

    /// A change that is there when this returns: what is not decided in time, which happens while
    /// all is young, is sent again as it is.
    private Api.Answer write(String method, String path, String user, String body)
            throws IOException, InterruptedException {
        String[] headers = {
            "Change-Id",
            new UUID(random.nextLong(), random.nextLong()).toString(),
            "Modified-At",
            Long.toString(System.currentTimeMillis())
        };
        Instant end = Instant.now().plus(PATIENCE);
        Api.Answer answer = api.send(method, path, tokens.apply(user), body, headers);
        while (answer.status() == 503 && Instant.now().isBefore(end)) {
            Thread.sleep(RETRY);
            answer = api.send(method, path, tokens.apply(user), body, headers);
        }
        if (answer.status() / 100 != 2) {
            throw new IllegalStateException(
                    "%s %s of %s came to nothing: %s".formatted(method, path, user, answer));
        }
        return answer;
    }
}
