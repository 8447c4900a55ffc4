package io.reconverge.parts.fleet;

import io.reconverge.parts.Database;
import io.reconverge.parts.Ports;
import io.reconverge.parts.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// Reconverge as it is deployed, on this machine: broker, PostgreSQL, object store and each service
/// in processes of their own, with all their data and logs in one folder. The issuer of tokens is
/// in this process.
///
/// With several feeds or media services, gateways are told of them in turn.
public final class Fleet implements AutoCloseable {
    private final Path folder;
    private final FleetPlan plan;
    private final Programs programs;
    private final Tokens tokens;
    private final DatabasePart postgres;
    private final int databasePort;
    private final int brokerPort;
    private final int advertisedPort;
    private final List<Member> members = new CopyOnWriteArrayList<>();

    private Fleet(
            Path folder, FleetPlan plan, Tokens tokens, DatabasePart postgres, Routes routes) {
        this.folder = folder;
        this.plan = plan;
        this.programs = Programs.ofThisCheckout();
        this.tokens = tokens;
        this.postgres = postgres;
        this.databasePort = routes.to("postgres", postgres.database().port());
        this.brokerPort = Ports.free();
        this.advertisedPort = routes.to("broker", brokerPort);
    }

    /// Returns when all are ready.
    ///
    /// @param folder of its data (`broker`, `store`, `database`) and of its logs (`log`)
    public static Fleet start(Path folder, FleetPlan plan) {
        return start(folder, plan, Routes.DIRECT);
    }

    /// @param routes that clients take to broker and database
    public static Fleet start(Path folder, FleetPlan plan, Routes routes) {
        Path home = folder.toAbsolutePath();
        try {
            Files.createDirectories(home.resolve("log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Path databaseFolder = home.resolve("database");
        var postgres =
                new DatabasePart(
                        Database.start(databaseFolder, 0, plan.postgres()), databaseFolder);
        var fleet = new Fleet(home, plan, Tokens.start(), postgres, routes);
        try {
            fleet.startMembers();
            return fleet;
        } catch (RuntimeException failure) {
            fleet.close();
            throw failure;
        }
    }

    public Path folder() {
        return folder;
    }

    public FleetPlan plan() {
        return plan;
    }

    /// For users of any name.
    public Tokens tokens() {
        return tokens;
    }

    public Database database() {
        return postgres.database();
    }

    public DatabasePart postgres() {
        return postgres;
    }

    /// Where the gateway's public API is; the first one's.
    public URI gateway() {
        return all(Role.GATEWAY).getFirst().uri();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + advertisedPort;
    }

    public Member broker() {
        return all(Role.BROKER).getFirst();
    }

    /// Of the object store: its address, bucket and keys.
    public StoreAccess store() {
        return new StoreAccess(
                all(Role.STORE).getFirst().uri(),
                FleetAddresses.BUCKET,
                addresses().kept("access-key"),
                addresses().kept("secret-key"));
    }

    /// @param accessKey and secretKey, what requests are signed with, for region `us-east-1`
    public record StoreAccess(URI endpoint, String bucket, String accessKey, String secretKey) {}

    /// Those of one role, in the order of their numbers.
    public List<Member> all(Role role) {
        return members.stream().filter(member -> member.role() == role).toList();
    }

    public List<FleetPart> parts() {
        return Stream.concat(Stream.of(postgres), members.stream()).toList();
    }

    /// One more of a service, not started yet.
    ///
    /// @param properties over those of the plan; an empty one takes away what services are told
    public synchronized Member another(Role service, Map<String, String> properties) {
        return addService(service, all(service).size() + 1, properties);
    }

    /// By the part's name.
    public Map<String, Usage> usage() {
        Map<String, Usage> usage = new LinkedHashMap<>();
        parts().forEach(part -> usage.put(part.name(), part.usage()));
        return usage;
    }

    /// Starts something else beside the fleet, on its database if it likes, and returns once its
    /// port is open. It is counted and ended like the others.
    ///
    /// @param name unlike any other's
    /// @param command to be run
    /// @throws IllegalStateException when it does not start; it is forgotten then
    public Member startBeside(String name, int port, List<String> command) {
        var beside =
                new Member(Role.BESIDE, name, port, command, log(name), Readiness.byPort(port));
        members.add(beside);
        try {
            beside.start();
            return beside;
        } catch (IllegalStateException failure) {
            endBeside(beside);
            throw failure;
        }
    }

    /// The same, for a program of this class path.
    ///
    /// @param options of its JVM, besides those that every JVM of Reconverge runs with
    public Member startBeside(
            String name, int port, List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(programs.options());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return startBeside(name, port, command);
    }

    /// Ends what was started beside, or is [#another] of a service, and forgets it.
    public void endBeside(Member beside) {
        beside.kill();
        members.remove(beside);
    }

    /// SIGTERM to all, those first that others do not need.
    @Override
    public void close() {
        try {
            members.reversed().forEach(Fleet::end);
        } finally {
            postgres.database().close();
            tokens.close();
        }
    }

    /// In order where it listens, by force where it stands still.
    private static void end(Member member) {
        if (member.role() == Role.BROKER || member.role() == Role.STORE) {
            member.terminate();
        } else {
            member.kill();
        }
    }

    private void startMembers() {
        add(
                Role.BROKER,
                brokerPort,
                port ->
                        List.of(
                                folder.resolve("broker").toString(),
                                Integer.toString(port),
                                Boolean.toString(plan.flushes()),
                                Integer.toString(advertisedPort)),
                BrokerProgram.class);
        if (plan.count(Role.STORE) > 0) {
            add(
                    Role.STORE,
                    Ports.free(),
                    port ->
                            List.of(
                                    folder.resolve("store").toString(),
                                    Integer.toString(port),
                                    FleetAddresses.BUCKET),
                    StoreProgram.class);
        }
        members.forEach(Member::launch);
        members.forEach(Member::awaitReady);
        // the first worker brings tables and topics, which the others need
        addService(Role.WORKER, 1);
        members.getLast().start();
        List<Member> others = new ArrayList<>();
        for (int number = 2; number <= plan.count(Role.WORKER); number++) {
            others.add(addService(Role.WORKER, number));
        }
        for (Role role : List.of(Role.FEED, Role.MEDIA, Role.GATEWAY)) {
            for (int number = 1; number <= plan.count(role); number++) {
                others.add(addService(role, number));
            }
        }
        others.forEach(Member::launch);
        others.forEach(Member::awaitReady);
    }

    private void add(Role role, int port, IntFunction<List<String>> arguments, Class<?> main) {
        List<String> command = java(role);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments.apply(port));
        members.add(
                new Member(
                        role,
                        role.title() + "-1",
                        port,
                        command,
                        log(role.title() + "-1"),
                        Readiness.byPort(port)));
    }

    private Member addService(Role role, int number) {
        return addService(role, number, Map.of());
    }

    private Member addService(Role role, int number, Map<String, String> properties) {
        String name = "%s-%d".formatted(role.title(), number);
        int port = Ports.free();
        Map<String, String> told = new LinkedHashMap<>(addresses(number).of(role, port));
        if (role == Role.WORKER) {
            told.put("reconverge.ingest.instance-id", name);
        }
        if (role == Role.GATEWAY) {
            told.put("reconverge.write.results-partition", Integer.toString(number - 1));
        }
        told.putAll(plan.properties().getOrDefault(role, Map.of()));
        told.putAll(properties);
        told.values().removeIf(String::isEmpty);
        List<String> command = java(role);
        command.addAll(programs.of(role));
        told.forEach((key, value) -> command.add("--%s=%s".formatted(key, value)));
        int management =
                Integer.parseInt(
                        told.getOrDefault("management.server.port", Integer.toString(port)));
        var member =
                new Member(role, name, port, command, log(name), Readiness.byActuator(management));
        members.add(member);
        return member;
    }

    private List<String> java(Role role) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(programs.options(role));
        command.addAll(plan.jvm().getOrDefault(role, List.of()));
        return command;
    }

    /// Where the part of this name says what it has to say.
    public Path log(String name) {
        return folder.resolve("log").resolve(name + ".log");
    }

    private FleetAddresses addresses() {
        return addresses(1);
    }

    /// As number `n` of its role is told them.
    private FleetAddresses addresses(int number) {
        return new FleetAddresses(
                bootstrapServers(),
                database(),
                databasePort,
                tokens,
                uri(Role.STORE, number),
                folder.resolve("store"),
                uri(Role.FEED, number),
                uri(Role.MEDIA, number));
    }

    /// One that is not there has an address all the same, at which nobody answers.
    private String uri(Role role, int number) {
        List<Member> there = all(role);
        return there.isEmpty()
                ? "http://127.0.0.1:1"
                : there.get((number - 1) % there.size()).uri().toString();
    }
}
